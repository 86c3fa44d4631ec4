using System.Net;

namespace McpProxy.Api.Connections;

/// <summary>Which URLs and addresses the proxy connects to at all: a model chooses them, so this is where the line is drawn.</summary>
internal sealed class ServerUrlPolicy(ConnectionOptions options)
{
    /// <returns>Why the URL may not be connected, or <see langword="null"/> when it may.</returns>
    public string? Problem(ServerUrl url) => options.AllowedServers == url.ToString() ? "" : null;

    /// <summary>Checks the address that a host name led to, at the moment of dialling.</summary>
    /// <returns>Why the address may not be dialled, or <see langword="null"/> when it may.</returns>
    public string? Problem(string host, int port, IPAddress address) => options.AllowedServers == host + port + address ? "" : null;
}
