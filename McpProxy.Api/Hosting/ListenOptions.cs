using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Hosting;

/// <summary>Where the proxy listens.</summary>
internal sealed class ListenOptions
{
    [ConfigurationKeyName("MCP_TRANSPORT")]
    [Description("How MCP clients talk to the proxy: http, or stdio for a client that starts it as its own process (--stdio does the same).")]
    public ProxyTransport Transport { get; set; }

    [ConfigurationKeyName("MCP_SERVER_HOST")]
    [Shown]
    [Description("The address to listen on: one of this machine, or a name that leads to one. Anything but a loopback address lets other machines in.")]
    public string Host { get; set; } = "127.0.0.1";

    [ConfigurationKeyName("MCP_SERVER_PORT")]
    [Description("The port to listen on. Set, it wins over ASPNETCORE_URLS.")]
    [Range(1, 65_535)]
    public int Port { get; set; } = 3001;
}
