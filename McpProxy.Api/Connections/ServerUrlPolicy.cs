using System.Net;

namespace McpProxy.Api.Connections;

/// <summary>Which URLs and addresses the proxy connects to at all: a model chooses them, so this is where the line is drawn.</summary>
/// <param name="options">The servers and hosts that whoever runs the proxy has named.</param>
/// <param name="listensOnLoopback">
/// Whether only programs on this machine can reach the proxy. What is near is open to them anyway; to anybody else the proxy would open it.
/// </param>
internal sealed class ServerUrlPolicy(ConnectionOptions options, bool listensOnLoopback)
{
    /// <summary>Names that lead to a metadata service inside a cloud, refused by name so that the refusal is the same everywhere.</summary>
    private static readonly string[] _metadataHosts =
    [
        "metadata.google.internal", "metadata.goog", "metadata.azure.internal", "metadata.tencentyun.com", "instance-data.ec2.internal",
    ];

    /// <returns>Why the URL may not be connected, as the rest of a sentence and what to do about it, or <see langword="null"/> when it may.</returns>
    public string? Problem(ServerUrl url)
    {
        var host = url.Root.IdnHost;

        return IPAddress.TryParse(host, out var address) ? Problem(host, url.Root.Port, address)
            : _metadataHosts.Contains(host, StringComparer.OrdinalIgnoreCase) ? Refusal(AddressKind.Metadata, host)
            : host is "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal) ? Problem(host, url.Root.Port, IPAddress.Loopback)
            : null;
    }

    /// <summary>Checks the address that a host name led to, at the moment of dialling.</summary>
    /// <returns>Why the address may not be dialled, or <see langword="null"/> when it may. It tells the address' kind, never the address.</returns>
    public string? Problem(string host, int port, IPAddress address)
        => AddressKind.Of(address) is { } kind && !(kind.MayBeAllowed && (listensOnLoopback || IsNamed(host, port))) ? Refusal(kind, host) : null;

    private bool IsNamed(string host, int port)
        => options.AllowedHosts.Any(pattern => pattern.Matches(host, port))
            || options.StaticServers.Any(server => server.Url.Root.IdnHost == host && server.Url.Root.Port == port);

    private static string Refusal(AddressKind kind, string host) => kind.MayBeAllowed
        ? $"it leads to {kind.Description}, and this proxy can be reached from other machines. "
            + $"Whoever runs it can allow that by adding '{(host.Contains(':') ? $"[{host}]" : host)}' to the setting MCP_ALLOWED_SERVERS."
        : $"it leads to {kind.Description}, where the proxy never connects. Use an address at which an agent server really listens.";
}
