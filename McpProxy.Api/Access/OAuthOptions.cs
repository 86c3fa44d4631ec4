using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Access;

/// <summary>Whose access tokens let callers in over HTTP: the proxy is an OAuth 2.1 resource server.</summary>
internal sealed class OAuthOptions : IValidatableObject
{
    private const string Entra = "login.microsoftonline.com";

    [ConfigurationKeyName("MCP_OAUTH_AUTHORITY")]
    [Shown]
    [Description(
        "The issuer whose access tokens let callers in, such as https://login.microsoftonline.com/<tenant>/v2.0 or https://keycloak.example/realms/<realm>. "
        + "Its keys are read from its OpenID Connect metadata.")]
    public string Authority { get; set; } = "";

    [ConfigurationKeyName("MCP_OAUTH_AUDIENCE")]
    [Shown]
    [Description("What tokens must be meant for (aud); several, separated by commas or spaces, if any of them will do. Needed with MCP_OAUTH_AUTHORITY.")]
    public string Audience { get; set; } = "";

    [ConfigurationKeyName("MCP_OAUTH_ISSUERS")]
    [Shown]
    [Description(
        "Further names (iss) that tokens signed with the issuer's keys may give it, separated by commas or spaces. Those of Entra ID's version 1 are known.")]
    public string Issuers { get; set; } = "";

    [ConfigurationKeyName("MCP_OAUTH_SCOPES")]
    [Shown]
    [Description("The scopes that every token must have, separated by commas or spaces. Clients are told them.")]
    public string Scopes { get; set; } = "";

    [ConfigurationKeyName("MCP_OAUTH_ROLES_CLAIM")]
    [Shown]
    [Description("The claim that holds a caller's roles; a.b is the member b of the claim a, such as realm_access.roles. Scopes count as roles, too.")]
    public string RolesClaim { get; set; } = "roles";

    public bool IsOn => Authority is not "";

    public IReadOnlyList<string> Audiences => SettingsExtensions.Split(Audience);

    public IReadOnlyList<string> RequiredScopes => field ??= SettingsExtensions.Split(Scopes);

    /// <summary>The names of the issuer besides the one that its metadata gives.</summary>
    public IReadOnlyList<string> OtherIssuers
        => [.. SettingsExtensions.Split(Issuers), .. IsOn && new Uri(Authority) is { Host: Entra } entra ? EntraIssuers(entra.Segments[1].Trim('/')) : []];

    /// <param name="scopes">What a token is for, or <see langword="null"/> for those who were let in without one.</param>
    public IReadOnlyList<string> MissingScopes(IReadOnlyList<string>? scopes) => scopes is null ? [] : [.. RequiredScopes.Except(scopes)];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOn)
        {
            if ((Audience + Issuers + Scopes).Length > 0)
            {
                yield return new("MCP_OAUTH_AUTHORITY is missing: without the issuer, the other MCP_OAUTH settings have no effect.");
            }
        }
        else if (!Uri.TryCreate(Authority, UriKind.Absolute, out var url) || url is not { UserInfo: "", Query: "", Fragment: "" }
            || !(url.Scheme is "https" || url is { Scheme: "http", IsLoopback: true }))
        {
            yield return new("MCP_OAUTH_AUTHORITY must be the https URL of an issuer; http only on this machine.");
        }
        else if (url is { Host: Entra } && (url.Segments is not [_, var tenant, ..] || tenant.Trim('/') is "common" or "organizations" or "consumers"))
        {
            yield return new("MCP_OAUTH_AUTHORITY must name one tenant of Entra ID: https://login.microsoftonline.com/<tenant>/v2.0.");
        }
        else if (Audiences.Count is 0)
        {
            yield return new("MCP_OAUTH_AUDIENCE is missing: without it, a token that was meant for another service would let its owner in here.");
        }
    }

    private static string[] EntraIssuers(string tenant) => [$"https://sts.windows.net/{tenant}/", $"https://{Entra}/{tenant}/v2.0"];
}
