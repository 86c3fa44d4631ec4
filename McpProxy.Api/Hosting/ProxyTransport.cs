namespace McpProxy.Api.Hosting;

/// <summary>How MCP clients talk to the proxy.</summary>
internal enum ProxyTransport
{
    Http,
    Stdio,
}
