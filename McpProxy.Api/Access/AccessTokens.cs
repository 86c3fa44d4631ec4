using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;

namespace McpProxy.Api.Access;

/// <summary>Which access tokens let callers in, and what they say of them.</summary>
internal static class AccessTokens
{
    // Signed with a key that only the issuer has: none, and HS256 with a public key as its secret, are known attacks.
    private static readonly string[] _algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private static readonly string[] _scopeClaims = ["scope", "scp"];
    private static readonly string[] _idClaims = ["sub", "client_id", "azp", "appid"];

    public static void Configure(JwtBearerOptions bearer, OAuthOptions oauth, AccessOptions access)
    {
        bearer.Authority = oauth.Authority;
        bearer.RequireHttpsMetadata = new Uri(oauth.Authority).Scheme is "https";
        bearer.BackchannelTimeout = TimeSpan.FromSeconds(10);
        bearer.RefreshInterval = TimeSpan.FromSeconds(30);
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.TokenValidationParameters = new()
        {
            ValidAudiences = oauth.Audiences,
            ValidIssuers = oauth.OtherIssuers,
            ValidAlgorithms = _algorithms,
            ClockSkew = TimeSpan.FromSeconds(30),
        };
        bearer.Events = new()
        {
            OnTokenValidated = context =>
            {
                if (ToIdentity(context.Principal!, (JsonWebToken)context.SecurityToken, oauth, access) is { } identity)
                {
                    context.Principal = new(identity);
                }
                else
                {
                    context.Fail("The token does not say whose it is.");
                }

                return Task.CompletedTask;
            },
        };
    }

    private static CallerIdentity? ToIdentity(ClaimsPrincipal told, JsonWebToken token, OAuthOptions oauth, AccessOptions access)
    {
        if (_idClaims.Select(told.FindFirstValue).FirstOrDefault(id => !string.IsNullOrEmpty(id)) is not { } id)
        {
            return null;
        }

        string[] scopes = [.. _scopeClaims.SelectMany(told.FindAll).SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

        return new(access.ToCaller($"oauth:{id}", [.. Roles(told, oauth.RolesClaim), .. scopes]) with { Token = token.EncodedToken }, scopes);
    }

    private static IEnumerable<string> Roles(ClaimsPrincipal told, string claim)
        => claim.Split('.', 2) is [var outer, var inner] && !told.HasClaim(each => each.Type == claim)
            ? told.FindAll(outer).SelectMany(each => Members(each.Value, inner))
            : told.FindAll(claim).Select(each => each.Value);

    /// <returns>The texts in a member of a claim that is a JSON object.</returns>
    private static IEnumerable<string> Members(string json, string name)
    {
        try
        {
            return JsonElement.Parse(json) is { ValueKind: JsonValueKind.Object } claim
                && claim.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array
                ? [.. list.EnumerateArray().Where(role => role.ValueKind is JsonValueKind.String).Select(role => role.GetString()!)]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
