using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Access;

/// <summary>Who may use the proxy over HTTP.</summary>
internal sealed class AccessOptions : IValidatableObject
{
    [ConfigurationKeyName("MCP_ALLOWED_ORIGINS")]
    [Description(
        "Web pages that may call the proxy, separated by commas or spaces: host or *.domain (any scheme and port), host:port, https://host:port "
        + "(exactly that), or * (all). Pages from this machine always may.")]
    public string AllowedOrigins { get; set; } = "";

    [ConfigurationKeyName("MCP_API_KEYS")]
    [Description(
        "Keys that let MCP clients in over HTTP, separated by commas or spaces: as they are, or as sha256: and the hash in hexadecimal. Several "
        + "allow for changing them one after the other. Without any, whoever reaches the proxy may use it.")]
    public string ApiKeys { get; set; } = "";

    public IReadOnlyList<string> ApiKeyList => SettingsExtensions.Split(ApiKeys);

    /// <summary>The web pages of <c>MCP_ALLOWED_ORIGINS</c>.</summary>
    public IReadOnlyList<OriginPattern> AllowedPages { get; private set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ApiKeys is not "" && ApiKeyList.Count is 0)
        {
            yield return new("MCP_API_KEYS holds no key, so it would let everybody in. Leave it out if that is meant.");
        }

        if (ApiKeyList.Any(key => ApiKeyFilter.ParseHash(key) is null))
        {
            yield return new("MCP_API_KEYS holds a key that begins with sha256: but goes on with something else than 64 hexadecimal digits.");
        }

        var pages = new List<OriginPattern>();
        var origins = SettingsExtensions.Split(AllowedOrigins);
        for (var i = 0; i < origins.Length; i++)
        {
            if (OriginPattern.TryParse(origins[i], out var page))
            {
                pages.Add(page);
            }
            else
            {
                yield return new(
                    "MCP_ALLOWED_ORIGINS holds an entry that names no web page. Write host, host:port, *.domain, https://host:port, or * for every page. "
                    + $"It is number {i + 1} of {origins.Length}.");
            }
        }

        AllowedPages = pages;
    }
}
