using System.Diagnostics.CodeAnalysis;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Access;

/// <summary>Names web pages: <c>*</c> for all, <c>https://host:port</c> for one origin, or a <see cref="HostPattern"/> for any scheme.</summary>
internal sealed record OriginPattern
{
    private readonly string? _scheme;
    private readonly HostPattern? _host;

    private OriginPattern(string? scheme, HostPattern? host) => (_scheme, _host) = (scheme, host);

    public bool Matches(Uri origin) => (_scheme ?? origin.Scheme) == origin.Scheme && _host?.Matches(origin.IdnHost, origin.Port) is not false;

    /// <returns>Whether the text is a pattern.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out OriginPattern? pattern)
    {
        pattern = text is "*" ? new(null, null)
            : text.Contains("://", StringComparison.Ordinal) ? Origin(text)
            : HostPattern.TryParse(text, out var host) ? new(null, host)
            : null;

        return pattern is not null;
    }

    /// <summary>An origin without a port has the usual one of its scheme.</summary>
    private static OriginPattern? Origin(string text)
    {
        var subdomains = text.Contains("://*.", StringComparison.Ordinal);

        return Uri.TryCreate(text.Replace("://*.", "://", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            && uri is { Scheme: "http" or "https", UserInfo: "", PathAndQuery: "/", Fragment: "" }
            && HostPattern.TryParse($"{(subdomains ? "*." : "")}{uri.Host}:{uri.Port}", out var host)
            ? new(uri.Scheme, host)
            : null;
    }
}
