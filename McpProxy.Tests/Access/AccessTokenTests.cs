using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace McpProxy.Tests.Access;

/// <summary>Who gets in with an access token of a real issuer.</summary>
public sealed class AccessTokenTests(TokenIssuer issuer) : IClassFixture<TokenIssuer>
{
    /// <summary>Tokens that would get in but for one thing.</summary>
    private static readonly Dictionary<string, Func<TokenIssuer, string>> _wrong = new()
    {
        ["expired"] = issuer => issuer.Sign(token => (token.NotBefore, token.Expires) = (DateTime.UtcNow.AddHours(-2), DateTime.UtcNow.AddMinutes(-2))),
        ["not valid yet"] = issuer => issuer.Sign(token => (token.NotBefore, token.Expires) = (DateTime.UtcNow.AddMinutes(5), DateTime.UtcNow.AddHours(1))),
        ["for another audience"] = issuer => issuer.Sign(token => token.Audience = "https://other.example"),
        ["for nobody"] = issuer => issuer.Sign(token => token.Audience = null),
        ["of another issuer"] = issuer => issuer.Sign(token => token.Issuer = "https://evil.example/"),
        ["signed with another key"] = issuer => issuer.Sign(token
            => token.SigningCredentials = new(new RsaSecurityKey(RSA.Create(2048)) { KeyId = "other" }, SecurityAlgorithms.RsaSha256)),
        ["signed with the public key"] = issuer => issuer.Sign(token
            => token.SigningCredentials = new(new SymmetricSecurityKey(issuer.PublicKey), SecurityAlgorithms.HmacSha256)),
        ["not signed"] = issuer => issuer.Sign(token => token.SigningCredentials = null),
        ["changed after it was signed"] = issuer => Change(issuer.Sign(_ => { })),
        ["of nobody"] = issuer => issuer.Sign(token => token.Subject = new()),
        ["no token at all"] = _ => "a.b.c",
    };

    public static TheoryData<string> WrongTokens => [.. _wrong.Keys];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_shows_a_token_of_the_issuer_gets_in()
    {
        await using var proxy = await Proxy.StartAsync(issuer.Settings);
        await using var client = await proxy.CreateClientWithAsync(await issuer.TokenAsync());

        Assert.Equal(0, (await client.FieldsAsync("listAgents")).Get("summary", "totalServers").GetInt32());
    }

    [Theory]
    [MemberData(nameof(WrongTokens))]
    public async Task Whoever_shows_a_wrong_token_stays_out_and_is_told_where_to_get_one(string what)
    {
        await using var proxy = await Proxy.StartAsync(issuer.Settings);
        using var http = Client(proxy, _wrong[what](issuer));

        using var response = await http.PostAsJsonAsync("/mcp", new { jsonrpc = "2.0", id = 1, method = "ping" }, CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
        Assert.Contains($"resource_metadata=\"{proxy.Url}.well-known/oauth-protected-resource/mcp\"", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_in_the_URL_counts_for_nothing()
    {
        await using var proxy = await Proxy.StartAsync(issuer.Settings);
        using var http = new HttpClient { BaseAddress = proxy.Url };
        var token = await issuer.TokenAsync();

        using var response = await http.GetAsync($"/status?access_token={token}", CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.DoesNotContain("error=", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_taken_and_the_old_one_no_more()
    {
        await using var own = new TokenIssuer();
        await own.InitializeAsync();
        await using var proxy = await Proxy.StartAsync(own.Settings);
        var old = await own.TokenAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(proxy, old));

        own.Rotate();
        var token = await own.TokenAsync();

        await Wait.UntilAsync(async () => await StatusAsync(proxy, token) is HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(proxy, old));
    }

    [Fact]
    public async Task A_token_without_a_needed_scope_is_refused_and_the_scope_named()
    {
        await using var proxy = await Proxy.StartAsync([.. issuer.Settings, "MCP_OAUTH_SCOPES=agents.call agents.list"]);
        using var http = Client(proxy, await issuer.TokenAsync(scope: "agents.list"));

        using var response = await http.GetAsync("/status", CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"insufficient_scope\", scope=\"agents.call\"", challenge, StringComparison.Ordinal);
        Assert.Contains("resource_metadata=", challenge, StringComparison.Ordinal);
        Assert.Contains("agents.call", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(proxy, await issuer.TokenAsync(scope: "agents.call agents.list")));
    }

    [Fact]
    public async Task Says_to_whom_it_trusts_where_RFC_9728_says()
    {
        await using var proxy = await Proxy.StartAsync([.. issuer.Settings, "MCP_OAUTH_SCOPES=agents.call"]);
        using var http = new HttpClient { BaseAddress = proxy.Url };

        var metadata = await http.GetFromJsonAsync<JsonElement>("/.well-known/oauth-protected-resource/mcp", CancellationToken);

        Assert.Equal(proxy.Endpoint.ToString(), metadata.Get("resource").GetString());
        Assert.Equal(issuer.Url.ToString(), metadata.Get("authorization_servers", 0).GetString());
        Assert.Equal("agents.call", metadata.Get("scopes_supported", 0).GetString());
        Assert.Equal("header", metadata.Get("bearer_methods_supported", 0).GetString());
    }

    [Fact]
    public async Task Health_checks_are_open_and_say_more_only_to_those_who_are_let_in()
    {
        await using var proxy = await Proxy.StartAsync(issuer.Settings);
        using var stranger = new HttpClient { BaseAddress = proxy.Url };
        using var known = Client(proxy, await issuer.TokenAsync());

        Assert.Equal("{\"status\":\"healthy\"}", await stranger.GetStringAsync("/health", CancellationToken));
        Assert.Equal("{\"status\":\"healthy\"}", await stranger.GetStringAsync("/alive", CancellationToken));
        Assert.Contains("checks", await known.GetStringAsync("/health", CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/", CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/nowhere", CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Keys_and_tokens_get_in_side_by_side()
    {
        await using var proxy = await Proxy.StartAsync([.. issuer.Settings, "MCP_API_KEYS=a-key"]);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(proxy, "a-key"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(proxy, await issuer.TokenAsync()));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(proxy, "another-key"));
    }

    [Fact]
    public async Task Another_name_of_the_issuer_is_taken_where_it_was_told()
    {
        var token = issuer.Sign(each => each.Issuer = "https://sts.example/tenant/");
        await using var proxy = await Proxy.StartAsync([.. issuer.Settings, "MCP_OAUTH_ISSUERS=https://sts.example/tenant/"]);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(proxy, token));
    }

    [Fact]
    public async Task While_the_issuer_cannot_be_reached_nobody_gets_in_and_later_everybody_does()
    {
        await using var late = new TokenIssuer();
        await using var proxy = await Proxy.StartAsync(late.Settings);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(proxy, late.Sign(_ => { })));

        await late.InitializeAsync();

        var token = await late.TokenAsync();
        await Wait.UntilAsync(async () => await StatusAsync(proxy, token) is HttpStatusCode.OK);
    }

    internal static HttpClient Client(Proxy proxy, string token) => new()
    {
        BaseAddress = proxy.Url,
        DefaultRequestHeaders = { { "Authorization", $"Bearer {token}" }, { "Accept", "application/json, text/event-stream" } },
    };

    private static async Task<HttpStatusCode> StatusAsync(Proxy proxy, string token)
    {
        using var http = Client(proxy, token);
        using var response = await http.GetAsync("/status", CancellationToken);

        return response.StatusCode;
    }

    private static string Change(string token)
    {
        var parts = token.Split('.');
        var payload = Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(parts[1])).Replace("alice", "mallory", StringComparison.Ordinal);

        return $"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}";
    }
}
