using System.Diagnostics.CodeAnalysis;

namespace McpProxy.Api.Connections;

/// <summary>
/// The base URL of an agent server in its one canonical form, so that the same server is the same value however it was written:
/// host in lower case, no default port, no trailing slash. A path is kept, because a server may live under one.
/// </summary>
internal sealed record ServerUrl
{
    private ServerUrl(Uri root) => Root = root;

    /// <summary>The URL ending in a slash: what relative paths are resolved against.</summary>
    public Uri Root { get; }

    /// <summary>Host and port, as people write them in front of a path.</summary>
    public string Authority => Root.Authority;

    public Uri Combine(string path) => new(Root, path);

    public override string ToString() => Root.AbsoluteUri.TrimEnd('/');

    /// <returns>Why the text is no agent server's URL, or <see langword="null"/> when it is one.</returns>
    public static string? TryParse(string? text, [NotNullWhen(true)] out ServerUrl? url)
    {
        url = null;
        if (!Uri.TryCreate(text?.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return "it is not an absolute http:// or https:// URL";
        }

        if (uri.UserInfo.Length > 0)
        {
            return "it holds a user name or password; credentials belong in the setting AGENT_SERVER_AUTH";
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return "it has a query or a fragment; give the base URL alone";
        }

        url = new(new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"));

        return null;
    }
}
