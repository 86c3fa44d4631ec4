using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Hosting;

/// <summary>How many HTTP clients the proxy serves, how slow they may be, and how long it waits for them.</summary>
internal sealed class ClientOptions
{
    [ConfigurationKeyName("MCP_MAX_CLIENT_CONNECTIONS")]
    [Description("How many connections clients may have open at the same time; more are closed at once.")]
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 5000;

    [ConfigurationKeyName("MCP_REQUEST_IDLE_SECONDS")]
    [Description("How long a client may send nothing in the middle of a request, in seconds. All headers have to come within that time.")]
    [Range(1, 3600)]
    public int RequestIdleSeconds { get; set; } = 10;

    [ConfigurationKeyName("MCP_MIN_READ_BYTES_PER_SECOND")]
    [Description("How fast a client has to take its answer, in bytes per second, after ten seconds of grace; one that is slower is cut off. 0 if none is.")]
    [Range(0, 1_000_000_000)]
    public int MinReadBytesPerSecond { get; set; } = 65_536;

    [ConfigurationKeyName("MCP_SHUTDOWN_SECONDS")]
    [Description("How long calls may take to end when the proxy is told to stop, in seconds. Those that take longer are cut off.")]
    [Range(0, 3600)]
    public int ShutdownSeconds { get; set; } = 25;

    public TimeSpan RequestIdleTime => TimeSpan.FromSeconds(RequestIdleSeconds);

    public TimeSpan ShutdownTime => TimeSpan.FromSeconds(ShutdownSeconds);
}
