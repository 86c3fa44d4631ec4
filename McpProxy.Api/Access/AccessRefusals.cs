using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace McpProxy.Api.Access;

/// <summary>Tells those who are not let in why, and what to show.</summary>
internal sealed class AccessRefusals(AccessOptions access, OAuthOptions oauth, Audit audit) : IAuthorizationMiddlewareResultHandler
{
    private const string SignIn = "sign-in";

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);

            return;
        }

        await context.ChallengeAsync();
        if (CallerIdentity.Of(context) is { } identity)
        {
            var missing = string.Join(' ', oauth.MissingScopes(identity.Scopes));
            Say(context, "insufficient_scope", missing);
            audit.Record(new(SignIn, identity.Caller, context.Request.Path, "refused, the token lacks a scope"));
            await context.RefuseAsync(StatusCodes.Status403Forbidden, $"The access token lacks the scope {missing}: ask the issuer for one that has it.");
        }
        else
        {
            var hasShown = ApiKeyHandler.ShownIn(context.Request) is not null;
            Say(context, hasShown ? "invalid_token" : null, string.Join(' ', oauth.RequiredScopes));
            audit.Record(new(SignIn, Caller: null, context.Request.Path, hasShown ? "refused, no valid key or token" : "refused, no key or token"));
            await context.RefuseAsync(StatusCodes.Status401Unauthorized, WhatToShow(hasShown));
        }
    }

    /// <summary>Adds to the challenge what RFC 6750 says a client can act on.</summary>
    private void Say(HttpContext context, string? error, string scopes)
    {
        if (oauth.IsOn)
        {
            context.Response.Headers.WWWAuthenticate += (error is null ? "" : $", error=\"{error}\"") + (scopes is "" ? "" : $", scope=\"{scopes}\"");
        }
    }

    private string WhatToShow(bool hasShown)
    {
        var key = access.Keys.Count > 0 ? "a key as Authorization: Bearer, or as x-api-key" : null;
        var token = oauth.IsOn ? $"an access token of {oauth.Authority} as Authorization: Bearer" : null;
        var wanted = string.Join(", or ", new[] { token, key }.OfType<string>());

        return hasShown ? $"That lets nobody in, or not any more. This proxy asks for {wanted}." : $"This proxy asks who you are: send {wanted}.";
    }
}
