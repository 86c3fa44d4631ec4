using System.Globalization;

namespace McpProxy.Api.Connections;

/// <summary>
/// The base URL of an agent server in its one canonical form, so that the same server is the same value however it was written:
/// host in lower case and in ASCII, no default port, no trailing slash. A path is kept, because a server may live under one.
/// </summary>
internal sealed record ServerUrl
{
    private const int MaxLength = 2048;

    private ServerUrl(Uri root) => Root = root;

    /// <summary>The URL ending in a slash: what relative paths are resolved against.</summary>
    public Uri Root { get; }

    /// <summary>Host and port, as people write them in front of a path.</summary>
    public string Authority => Root.Authority;

    /// <exception cref="ArgumentException">The path leads to another server, which must not be shown what is meant for this one.</exception>
    public Uri Combine(string path)
    {
        var uri = new Uri(Root, path);

        return uri.GetLeftPart(UriPartial.Authority) == Root.GetLeftPart(UriPartial.Authority)
            ? uri
            : throw new ArgumentException($"'{path}' leads away from '{Root}'.", nameof(path));
    }

    public override string ToString() => Root.AbsoluteUri.TrimEnd('/');

    /// <returns>Why the text is no agent server's URL, or <see langword="null"/> when it is one.</returns>
    public static string? Check(string? text, out ServerUrl? url)
    {
        var trimmed = text?.Trim() ?? "";
        Uri.TryCreate(trimmed, UriKind.Absolute, out var uri);
        var problem = Problem(trimmed, uri);
        var root = problem is null ? Canonical(uri!) : null;
        problem ??= root is null ? "its host is neither a name nor an address" : ProblemOfLength(root.AbsoluteUri);
        url = problem is null ? new(root!) : null;

        return problem;
    }

    private static string? Problem(string text, Uri? uri) => uri switch
    {
        _ when ProblemOfLength(text) is { } problem => problem,
        _ when text.Any(IsUnwritable) => "it holds a space, a backslash or an invisible character",
        not { Scheme: "http" or "https" } => "it is not an absolute http:// or https:// URL",
        _ when uri.GetLeftPart(UriPartial.Authority).Contains('@') => "it holds a user name or password; credentials belong in the setting AGENT_SERVER_AUTH",
        { Query: not "" } or { Fragment: not "" } => "it has a query or a fragment; give the base URL alone",
        _ => null,
    };

    /// <remarks>In its canonical form a URL may be longer than it was written, and must not be refused when it comes back.</remarks>
    private static string? ProblemOfLength(string text) => text.Length > MaxLength ? $"it is longer than {MaxLength} characters" : null;

    private static bool IsUnwritable(char character)
        => character is '\\' || char.IsWhiteSpace(character) || char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format;

    /// <summary>Writes the host as it is resolved: without letters that only look like others (<c>&#x24DB;ocalhost</c>) and without a dot at its end.</summary>
    private static Uri? Canonical(Uri uri)
    {
        try
        {
            var host = uri.HostNameType is UriHostNameType.IPv6 ? uri.Host : uri.IdnHost.TrimEnd('.');

            return Uri.CheckHostName(host) is UriHostNameType.Unknown ? null : new($"{uri.Scheme}://{host}:{uri.Port}{uri.AbsolutePath.TrimEnd('/')}/");
        }
        catch (UriFormatException)
        {
            return null;
        }
    }
}
