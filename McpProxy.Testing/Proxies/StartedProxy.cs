using System.Collections.Concurrent;
using System.Diagnostics;

namespace McpProxy.Testing.Proxies;

/// <summary>The proxy as a process of its own, which can be told to stop.</summary>
internal sealed class StartedProxy : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string?> _output = new();

    private StartedProxy(Process process, Uri url)
    {
        (_process, Url) = (process, url);
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data);
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Url { get; }

    public Uri Endpoint => new(Url, "/mcp");

    /// <summary>What it has written, logs included.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>The most memory it ever had, all that is not the heap included.</summary>
    public long PeakBytes => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status")
            .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        System.Globalization.CultureInfo.InvariantCulture) * 1024;

    public bool HasEnded => _process.HasExited;

    public static async Task<StartedProxy> StartAsync(params string[] settings)
    {
        var url = new Uri(FreePort.Url());
        var proxy = new StartedProxy(ProxyProgram.Start([], [$"MCP_SERVER_PORT={url.Port}", .. settings]), url);
        using var http = new HttpClient();
        await Wait.UntilAsync(() => proxy.AnswersAsync(http), Patience);

        return proxy;
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <returns>With what it ended, if it does so before it is given up.</returns>
    public async Task<int> ExitCodeAsync(TimeSpan atMost)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(atMost, TestContext.Current.CancellationToken);

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }

    private async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Url, "/alive"), TestContext.Current.CancellationToken);

            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException) when (!HasEnded)
        {
            return false;
        }
    }
}
