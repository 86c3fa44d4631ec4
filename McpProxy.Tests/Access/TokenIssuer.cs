using System.Net.Http.Json;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace McpProxy.Tests.Access;

/// <summary>
/// A real OpenID Connect issuer (OpenIddict). Whoever asks with a client id gets a token for the resource, scopes and roles that they name, so that tests can
/// ask for any; tests can also sign tokens with its key that it would never issue.
/// </summary>
public sealed class TokenIssuer : IAsyncLifetime
{
    public const string Audience = "https://proxy.example/mcp";

    private WebApplication _app = null!;
    private RsaSecurityKey _key = NewKey();

    public Uri Url { get; } = new(FreePort.Url());

    /// <summary>What a proxy needs to trust it.</summary>
    public string[] Settings => [$"MCP_OAUTH_AUTHORITY={Url}", $"MCP_OAUTH_AUDIENCE={Audience}"];

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url.ToString());
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.SetIssuer(Url).EnableDegradedMode();
            server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token");
            server.AllowAuthorizationCodeFlow().AllowClientCredentialsFlow().RequireProofKeyForCodeExchange().AcceptAnonymousClients();
            server.DisableScopeValidation().Configure(options => options.DisableResourceValidation = true);
            server.AddEphemeralEncryptionKey().AddSigningKey(_key).DisableAccessTokenEncryption();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(_ => default));
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(_ => default));
            server.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                context.SignIn(Principal(context.Request));

                return default;
            }));
            server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.Request.IsClientCredentialsGrantType())
                {
                    context.SignIn(Principal(context.Request));
                }

                return default;
            }));
            server.UseAspNetCore().DisableTransportSecurityRequirement();
        });
        _app = builder.Build();
        _app.UseAuthentication();
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <returns>A token as the issuer gives it to a client that acts for itself.</returns>
    public async Task<string> TokenAsync(string client = "alice", string scope = "", string roles = "", string resource = Audience)
    {
        using var http = new HttpClient { BaseAddress = Url };
        using var response = await http.PostAsync(
            "connect/token",
            new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = client,
                ["client_secret"] = "any",
                ["scope"] = scope,
                ["roles"] = roles,
                ["for"] = resource,
            }),
            TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        return answer.TryGetProperty("access_token", out var token) ? token.GetString()! : throw new InvalidOperationException(answer.GetRawText());
    }

    /// <returns>A token that is signed with the issuer's key, and holds whatever a test wants.</returns>
    public string Sign(Action<SecurityTokenDescriptor> change)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Url.ToString(),
            Audience = Audience,
            Subject = new([new("sub", "alice")]),
            SigningCredentials = new(_key, SecurityAlgorithms.RsaSha256),
        };
        change(descriptor);

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = descriptor.Expires is null }.CreateToken(descriptor);
    }

    /// <summary>The public half of the key, as anybody can read it.</summary>
    public byte[] PublicKey => _key.Rsa.ExportSubjectPublicKeyInfo();

    /// <summary>Signs with a new key from now on, and publishes no other.</summary>
    public void Rotate()
    {
        _key = NewKey();
        var options = _app.Services.GetRequiredService<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue;
        options.SigningCredentials.Clear();
        options.SigningCredentials.Add(new(_key, SecurityAlgorithms.RsaSha256));
    }

    private static RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };

    private static ClaimsPrincipal Principal(OpenIddictRequest request)
    {
        var identity = new ClaimsIdentity("issuer", OpenIddictConstants.Claims.Name, OpenIddictConstants.Claims.Role);
        identity.SetClaim(OpenIddictConstants.Claims.Subject, request.ClientId);
        identity.SetClaims("roles", [.. ((string?)request.GetParameter("roles") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        identity.SetScopes(request.GetScopes());
        identity.SetResources((string?)request.GetParameter("for") ?? (string?)request.GetParameter("resource") ?? Audience);
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);

        return new(identity);
    }
}
