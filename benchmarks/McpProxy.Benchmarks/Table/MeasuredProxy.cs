using System.Diagnostics;
using System.Net.Sockets;

namespace McpProxy.Benchmarks.Table;

/// <summary>The proxy as a process of its own, and what it costs the machine.</summary>
internal sealed class MeasuredProxy : IAsyncDisposable
{
    // What it logs goes to a file, as with most who run it: reading it would be work for the load.
    private const string LogToFile = """log=$1; shift; exec "$@" >"$log" 2>&1""";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly string _log = Path.GetTempFileName();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Process _process;
    private readonly RunningProgram _program;

    private MeasuredProxy(ProxyBuild build, IEnumerable<Uri> servers)
    {
        var url = new Uri(FreePort.Url());
        (Name, Url, Endpoint) = (build.Name, new(url, "/mcp"), McpEndpoint.Modern(new(url, "/mcp")));
        _process = build.Command(
            [$"MCP_SERVER_PORT={url.Port}", $"AGENT_SERVERS={string.Join(' ', servers)}"], ["bash", "-c", LogToFile, "bash", _log]).Start();
        _program = new(_process);
    }

    public string Name { get; }

    public Uri Url { get; }

    public McpEndpoint Endpoint { get; }

    /// <summary>How long ago its process was started.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

    /// <summary>How long it has kept a core busy.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();

            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The memory that it takes.</summary>
    public double Megabytes => _program.Kilobytes("VmRSS") / 1024.0;

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="build">What is started.</param>
    /// <param name="servers">The base URLs of its agent servers.</param>
    public static async Task<MeasuredProxy> StartAsync(ProxyBuild build, IEnumerable<Uri> servers)
    {
        var proxy = new MeasuredProxy(build, servers);
        try
        {
            await proxy.WaitUntilItListensAsync();
        }
        catch (Exception exception)
        {
            var log = await File.ReadAllTextAsync(proxy._log);
            await proxy.DisposeAsync();
            throw new InvalidOperationException($"{build.Path} does not listen at {proxy.Url}. It wrote:\n{log}", exception);
        }

        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        File.Delete(_log);
    }

    private async Task WaitUntilItListensAsync()
    {
        using var patience = new CancellationTokenSource(_patience);
        while (true)
        {
            try
            {
                using var connection = await LoadConnection.OpenAsync(Url, patience.Token);

                return;
            }
            catch (SocketException) when (!_program.HasEnded)
            {
                await Task.Delay(1, patience.Token);
            }
        }
    }
}
