using System.Diagnostics;
using System.Reflection;

namespace McpProxy.Api.Configuration;

/// <summary>Who we are.</summary>
internal static class ProxyInfo
{
    public const string Name = "mcp-agent-proxy";

    public static string Version { get; } =
        typeof(ProxyInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static DateTimeOffset Started { get; } = new(Process.GetCurrentProcess().StartTime);
}
