using System.Diagnostics;

namespace McpProxy.Benchmarks.Table;

/// <summary>The proxy as a process of its own, and what it costs the machine.</summary>
internal sealed class MeasuredProxy : IAsyncDisposable
{
    // What it logs goes to a file, as with most who run it: reading it would be work for the load.
    private const string LogToFile = """log=$1; shift; exec "$@" >"$log" 2>&1""";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly string _log = Path.GetTempFileName();
    private readonly Process _process;
    private readonly RunningProgram _program;

    private MeasuredProxy(ProxyBuild build, IEnumerable<string> settings)
    {
        var url = new Uri(FreePort.Url());
        Endpoint = McpEndpoint.OfProxy(Url = new(url, "/mcp"));
        Started = Stopwatch.GetTimestamp();
        _process = build.Command([$"MCP_SERVER_PORT={url.Port}", .. settings], ["bash", "-c", LogToFile, "bash", _log]).Start();
        _program = new(_process);
    }

    public Uri Url { get; }

    public McpEndpoint Endpoint { get; }

    /// <summary>When its process was started.</summary>
    public long Started { get; }

    /// <summary>How long it kept a core busy until now.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();

            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The memory that it takes, in megabytes.</summary>
    public double Megabytes => _program.Kilobytes("VmRSS") / 1024.0;

    /// <summary>Starts it and connects as soon as it listens.</summary>
    /// <param name="build">What is started.</param>
    /// <param name="servers">The base URLs of its agent servers.</param>
    public static async Task<(MeasuredProxy Proxy, LoadConnection Connection)> StartAsync(ProxyBuild build, params IEnumerable<Uri> servers)
    {
        var proxy = new MeasuredProxy(build, [$"AGENT_SERVERS={string.Join(' ', servers)}"]);
        using var patience = new CancellationTokenSource(_patience);
        while (true)
        {
            try
            {
                return (proxy, await LoadConnection.OpenAsync(proxy.Url, patience.Token));
            }
            catch (System.Net.Sockets.SocketException) when (!proxy._program.HasEnded)
            {
                await Task.Delay(1, patience.Token);
            }
            catch
            {
                var log = await File.ReadAllTextAsync(proxy._log, CancellationToken.None);
                await proxy.DisposeAsync();
                throw new InvalidOperationException($"{build.Path} does not listen at {proxy.Url}. It wrote:\n{log}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        File.Delete(_log);
    }
}
