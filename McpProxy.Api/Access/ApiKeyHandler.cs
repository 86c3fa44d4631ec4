using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace McpProxy.Api.Access;

/// <summary>Lets in those who show one of the keys, as <c>Authorization: Bearer</c> or as <c>x-api-key</c>.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessOptions access)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "ApiKey";

    /// <returns>What the request shows to be let in, or <see langword="null"/>.</returns>
    public static string? ShownIn(HttpRequest request)
        => request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header["Bearer ".Length..].Trim()
            : request.Headers["x-api-key"].ToString() is { Length: > 0 } key ? key : null;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        ShownIn(Request) is not { } shown ? AuthenticateResult.NoResult()
        : ApiKey.Find(access.Keys, shown) is { Caller: var caller } ? AuthenticateResult.Success(new(new(new CallerIdentity(caller)), Name))
        : AuthenticateResult.Fail("That is none of the keys."));

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";

        return base.HandleChallengeAsync(properties);
    }
}
