using System.Net;
using McpProxy.Api.Hosting;

namespace McpProxy.Api.Access;

/// <summary>
/// Protects a proxy that asks nobody who they are from DNS rebinding, in which a web page lets its own name lead to this machine: refuses every host name
/// that a public domain could have. AllowedHosts replaces this rule; a proxy on loopback sets that by itself.
/// </summary>
internal static class HostFilter
{
    private static readonly string[] _privateDomains = [".localhost", ".local", ".internal"];

    public static void UseHostFilter(this WebApplication app, ListenOptions listen)
    {
        if (string.IsNullOrEmpty(app.Configuration["AllowedHosts"]))
        {
            app.Use((context, next) => IsOurs(context.Request.Host.Host.TrimEnd('.'), listen.Host) ? next(context) : context.RefuseAsync(
                StatusCodes.Status400BadRequest,
                "This proxy does not answer to that host name. Whoever runs it can add the name to the setting AllowedHosts, or ask for keys with "
                + "MCP_API_KEYS."));
        }
    }

    /// <returns>Whether the host is an address or a name that no public domain has.</returns>
    private static bool IsOurs(string host, string ownHost)
        => !host.Contains('.')
            || IPAddress.TryParse(host, out _)
            || host.Equals(ownHost, StringComparison.OrdinalIgnoreCase)
            || _privateDomains.Any(domain => host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
}
