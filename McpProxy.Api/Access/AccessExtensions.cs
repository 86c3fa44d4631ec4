using McpProxy.Api.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.IdentityModel.Tokens;
using ModelContextProtocol.AspNetCore.Authentication;

namespace McpProxy.Api.Access;

/// <summary>Who may come in over HTTP: authentication and authorization as ASP.NET Core has them.</summary>
internal static class AccessExtensions
{
    private const string Either = "KeyOrToken";

    /// <param name="builder">The proxy.</param>
    /// <param name="listensOnLoopback">Whether only this machine can reach it.</param>
    /// <exception cref="SettingsException">Everybody could use it from other machines, and nobody said that this is meant.</exception>
    public static void AddAccess(this WebApplicationBuilder builder, bool listensOnLoopback)
    {
        var (access, oauth) = (builder.AddSettings<AccessOptions>(), builder.AddSettings<OAuthOptions>());
        var asksWho = AsksWho(access, oauth);
        if (!asksWho && !access.AllowAnonymous && !listensOnLoopback)
        {
            throw new SettingsException(
                "Other machines can reach the proxy where it is to listen, and it asks nobody who they are. Set MCP_API_KEYS to a key that its clients show, "
                + "or MCP_OAUTH_AUTHORITY, or listen on 127.0.0.1 only. MCP_ALLOW_ANONYMOUS=true lets everybody in who can reach it.");
        }

        builder.AddCallerLimits(access);
        builder.Services.TryAddScoped(services => CallerOf(services.GetRequiredService<IHttpContextAccessor>().HttpContext, asksWho));
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessRefusals>();
        builder.Services.AddAuthentication(options =>
            {
                options.DefaultScheme = oauth.IsOn ? Either : ApiKeyHandler.Name;
                options.DefaultChallengeScheme = oauth.IsOn ? McpAuthenticationDefaults.AuthenticationScheme : ApiKeyHandler.Name;
            })
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Name, configureOptions: null)
            .AddTokens(oauth, access);
        builder.Services.AddAuthorizationBuilder()
            .SetDefaultPolicy(Policy(asksWho, oauth))
            .SetFallbackPolicy(Policy(asksWho, oauth));
    }

    /// <param name="app">The proxy.</param>
    /// <param name="hasOwnPage">Whether it serves a page of its own that calls it.</param>
    public static void UseAccess(this WebApplication app, bool hasOwnPage)
    {
        if (!AsksWho(app.Services))
        {
            app.UseHostFilter(app.Services.GetRequiredService<ListenOptions>());
        }

        app.UseOriginFilter(app.Services.GetRequiredService<AccessOptions>(), hasOwnPage);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
    }

    /// <returns>Whether the request comes from somebody who may know more than whether the proxy is well.</returns>
    public static bool IsLetIn(this HttpContext context) => CallerIdentity.Of(context) is not null || !AsksWho(context.RequestServices);

    private static void AddTokens(this AuthenticationBuilder authentication, OAuthOptions oauth, AccessOptions access)
    {
        if (!oauth.IsOn)
        {
            return;
        }

        authentication
            .AddJwtBearer(bearer => AccessTokens.Configure(bearer, oauth, access))
            .AddPolicyScheme(Either, displayName: null, scheme => scheme.ForwardDefaultSelector = context
                => ApiKeyHandler.ShownIn(context.Request) is { } shown && ApiKey.Find(access.Keys, shown) is not null
                    ? ApiKeyHandler.Name
                    : JwtBearerDefaults.AuthenticationScheme)
            .AddMcp(mcp => mcp.ResourceMetadata = new()
            {
                AuthorizationServers = { oauth.Authority },
                ScopesSupported = [.. oauth.RequiredScopes],
                BearerMethodsSupported = { "header" },
                ResourceName = "MCP Agent Proxy",
            });

        // A key that the issuer has withdrawn must let nobody in, also when it was good a moment ago.
        authentication.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .PostConfigure(bearer => ((BaseConfigurationManager)bearer.ConfigurationManager!).UseLastKnownGoodConfiguration = false);
    }

    private static bool AsksWho(IServiceProvider services)
        => AsksWho(services.GetRequiredService<AccessOptions>(), services.GetRequiredService<OAuthOptions>());

    private static bool AsksWho(AccessOptions access, OAuthOptions oauth) => access.Keys.Count > 0 || oauth.IsOn;

    private static AuthorizationPolicy Policy(bool asksWho, OAuthOptions oauth)
        => new AuthorizationPolicyBuilder()
            .RequireAssertion(context => !asksWho || context.User.Identity is { IsAuthenticated: true })
            .RequireAssertion(context => context.Resource is not HttpContext http || oauth.MissingScopes(CallerIdentity.Of(http)?.Scopes) is [])
            .Build();

    private static Caller CallerOf(HttpContext? context, bool asksWho)
        => !asksWho ? Caller.Anyone : context is not null && CallerIdentity.Of(context) is { } identity ? identity.Caller
            : throw new InvalidOperationException("Nobody was let in, and yet something is to be done for them.");
}
