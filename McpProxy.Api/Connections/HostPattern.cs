using System.Diagnostics.CodeAnalysis;

namespace McpProxy.Api.Connections;

/// <summary>Names hosts: <c>host</c>, <c>host:port</c>, or <c>*.domain</c> for every subdomain.</summary>
internal sealed record HostPattern
{
    private const string AnySubdomain = "*.";

    private readonly string _host;
    private readonly int? _port;

    private HostPattern(string host, int? port) => (_host, _port) = (host, port);

    public bool Matches(string host, int port)
        => (_port ?? port) == port
            && (_host.StartsWith('.') ? host.EndsWith(_host, StringComparison.OrdinalIgnoreCase) : host.Equals(_host, StringComparison.OrdinalIgnoreCase));

    /// <returns>Whether the text is a pattern.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out HostPattern? pattern)
    {
        var subdomains = text.StartsWith(AnySubdomain, StringComparison.Ordinal);
        var authority = subdomains ? text[AnySubdomain.Length..] : text;
        pattern = ServerUrl.Check($"http://{authority}", out var url) is null && url!.Root.AbsolutePath is "/"
            ? new(
                subdomains ? $".{url.Root.IdnHost}" : url.Root.IdnHost,
                authority.EndsWith($":{url.Root.Port}", StringComparison.Ordinal) ? url.Root.Port : null)
            : null;

        return pattern is not null;
    }
}
