using System.Text;
using System.Text.Json;
using McpProxy.Api.Callers;
using McpProxy.Tests.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Outbound;

/// <summary>Access tokens that the proxy gets for an agent server: in its own name, or in exchange for the caller's.</summary>
public sealed class AgentServerTokenTests : IAsyncLifetime
{
    private const string Setting = "AGENT_SERVER_AUTH__billing";
    private const string Secret = "canary-of:the/client";
    private const string Subject = "canary-of-the-caller";
    private const string NotSent = "Nothing was sent to agent server 'billing': its token endpoint ";
    private const string Reached = $"could not be reached. Check {Setting}__TokenUrl, and that it is running.";
    private const string Late = $"did not answer in time. Check {Setting}__TokenUrl, and that it is running.";
    private const string NoToken =
        $"answered something that is no bearer token in JSON. Check that {Setting}__TokenUrl is the URL of a token endpoint.";

    private readonly ShiftedTime _time = new();
    private HostileAgentServer _agents = null!;
    private TokenServer _tokens = null!;
    private Caller _caller = Caller.Anyone;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _agents = await HostileAgentServer.StartAsync(CancellationToken);
        _tokens = await TokenServer.StartAsync(CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _agents.DisposeAsync();
        await _tokens.DisposeAsync();
    }

    [Fact]
    public async Task Gets_a_token_once_and_shows_it_to_the_server_it_is_for_and_to_no_other()
    {
        await using var other = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await StartAsync(
            null, $"other={other.Url(HostileAgentServer.Friendly)}", "Scope=agents.call agents.read", "Audience=billing", "Resource=https://billing.example");
        await using var client = await proxy.CreateClientAsync();

        List<CallToolResult> results =
        [
            await client.CallAsync("listAgents"),
            await client.AskAsync("billing:echo", "Hello"),
            await client.AskAsync("billing:echo", "Hello", "stream"),
            await client.AskAsync("other:echo", "Hello"),
            await client.AskAsync("billing:redirect", "Hello"),
            await client.CallAsync("describeAgent", new { agentId = "billing:echo" }),
            await client.CallAsync("connectServer", new { serverUrl = _agents.Url("poisoned") }),
        ];

        var request = Assert.Single(_tokens.Requests);
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("proxy%20id:canary-of%3Athe%2Fclient"))}", request.Headers["Authorization"]);
        AssertForm(
            _tokens.Forms[0],
            ("grant_type", "client_credentials"),
            ("scope", "agents.call agents.read"),
            ("audience", "billing"),
            ("resource", "https://billing.example"));
        Assert.Equal("Bearer access-1", Assert.Single(Friendly.Select(Shown).Distinct()));
        Assert.NotEmpty(other.Requests);
        Assert.NotEmpty(_agents.Requests.Except(Friendly));
        foreach (var text in other.Requests.Concat(_agents.Requests.Except(Friendly)).Select(request => request.Everything)
            .Append(JsonSerializer.Serialize(results, McpJsonUtilities.DefaultOptions)).Append(proxy.Logs.Everything))
        {
            Assert.DoesNotContain("access-1", text, StringComparison.Ordinal);
            Assert.DoesNotContain("canary-of", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Shows_the_client_in_the_form_where_the_server_wants_that()
    {
        await using var proxy = await StartAsync(null, "", "ClientAuth=post");
        await using var client = await proxy.CreateClientAsync();

        await client.AskAsync("billing:echo", "Hello");

        Assert.DoesNotContain("Authorization", Assert.Single(_tokens.Requests).Headers.Keys);
        AssertForm(_tokens.Forms[0], ("grant_type", "client_credentials"), ("client_id", "proxy id"), ("client_secret", Secret));
    }

    [Fact]
    public async Task Gets_a_new_token_shortly_before_the_old_one_expires()
    {
        _tokens.Lifetime = 600;
        await using var proxy = await StartAsync(Replace, "");
        await using var client = await proxy.CreateClientAsync();

        await client.AskAsync("billing:echo", "Hello");
        _time.Advance(TimeSpan.FromSeconds(500));
        await client.AskAsync("billing:echo", "Hello");
        _time.Advance(TimeSpan.FromSeconds(50));
        await client.AskAsync("billing:echo", "Hello");

        Assert.Equal(["Bearer access-1", "Bearer access-1", "Bearer access-2"], _agents.Requests.Select(Shown));
        Assert.Equal(2, _tokens.Requests.Count);
    }

    [Fact]
    public async Task Many_calls_at_once_make_one_request_which_goes_on_when_the_first_of_them_leaves()
    {
        var release = new TaskCompletionSource();
        _tokens.Answer = async context =>
        {
            await release.Task.WaitAsync(context.RequestAborted);
            await _tokens.GiveAsync(context);
        };
        await using var proxy = await StartAsync(null, "");
        await using var client = await proxy.CreateClientAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var arguments = new Dictionary<string, object?> { ["targetAgentId"] = "billing:echo", ["message"] = "Hello" };
        var first = client.CallToolAsync("callAgent", arguments, cancellationToken: leaving.Token).AsTask();
        await Wait.UntilAsync(() => _tokens.Requests.Count is 1);

        var others = Enumerable.Range(0, 20).Select(_ => client.AskAsync("billing:echo", "Hello")).ToList();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        // Those who are still on their way find the token, or wait with the others: either way there is one request.
        await Task.Delay(300, CancellationToken);
        release.SetResult();

        Assert.All(await Task.WhenAll(others), result => Assert.Equal("well", result.Text()));
        Assert.Single(_tokens.Requests);
        Assert.False(_tokens.Requests[0].IsAborted);
    }

    [Theory]
    [InlineData("refuse", "refused to give a token (401): invalid_client: No *** for you. Check " + Setting + "__ClientId, __ClientSecret and __Scope.")]
    [InlineData("fail", "failed (503). Try again later.", "unreachable")]
    [InlineData("redirect", "redirects elsewhere (307), which is not followed. Set " + Setting + "__TokenUrl to the URL it really has.")]
    [InlineData("reset", Reached, "unreachable")]
    [InlineData("hang", Late, "unreachable")]
    [InlineData("html", NoToken)]
    [InlineData("empty", NoToken)]
    [InlineData("half", NoToken)]
    [InlineData("mac", NoToken)]
    [InlineData("unsendable", NoToken)]
    [InlineData("huge", NoToken)]
    public async Task Says_why_there_is_no_token_and_sends_nothing_to_the_agent_server(string behaviour, string sentence, string kind = "unauthorized")
    {
        _tokens.Answer = context => Misbehave(context, behaviour);
        await using var proxy = await StartAsync(null, "");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("billing:echo", "Hello");

        Assert.Equal(NotSent + sentence, result.Text());
        Assert.Equal(kind, Assert.NotNull(result.StructuredContent).Get("error", "kind").GetString());
        Assert.Empty(_agents.Requests);
        Assert.Single(_tokens.Requests);
        await Wait.UntilAsync(() => behaviour is not ("huge" or "hang") || _tokens.Requests[0].IsAborted);
        Assert.DoesNotContain("canary", result.Text() + proxy.Logs.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_a_token_endpoint_is_down()
    {
        await using var proxy = await StartAsync(null, "", $"TokenUrl={_agents.DeafUrl}");
        await using var client = await proxy.CreateClientAsync();

        Assert.Equal(NotSent + Reached, (await client.AskAsync("billing:echo", "Hello")).Text());
        var failed = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0);
        Assert.Equal(("offline", NotSent + Reached), (failed.Get("status").GetString(), failed.Get("error").GetString()));
    }

    [Fact]
    public async Task The_time_of_a_read_ends_the_wait_for_a_token_too()
    {
        _tokens.Answer = context => Misbehave(context, "hang");
        await using var proxy = await StartAsync(null, "");
        await using var client = await proxy.CreateClientAsync();

        Assert.Equal(NotSent + Late, await client.FailureAsync("describeAgent", new { agentId = "billing:echo" }));
    }

    [Fact]
    public async Task A_refused_token_is_replaced_and_only_what_reads_is_asked_again()
    {
        await using var proxy = await StartAsync(Replace, "");
        await using var client = await proxy.CreateClientAsync();
        await client.AskAsync("billing:echo", "Hello");
        _time.Advance(TimeSpan.FromMinutes(1));
        _agents.Refuses = request => Shown(request) is "Bearer access-1";

        Assert.Equal("echo", (await client.FieldsAsync("describeAgent", new { agentId = "billing:echo" })).Get("agentId").GetString());
        Assert.Equal(["Bearer access-1", "Bearer access-1", "Bearer access-2"], _agents.Requests.Select(Shown));

        _time.Advance(TimeSpan.FromMinutes(1));
        _agents.Refuses = request => Shown(request) is "Bearer access-2";

        Assert.Equal(
            "Agent server 'billing' no longer accepts the access token that it was shown (401). The next request gets a new one.",
            (await client.AskAsync("billing:echo", "Hello")).Text());
        Assert.Equal("well", (await client.AskAsync("billing:echo", "Hello")).Text());
        Assert.Equal(["Bearer access-2", "Bearer access-3"], _agents.Requests.Where(request => request.IsCall).Skip(1).Select(Shown));
        Assert.Equal(3, _tokens.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_refuses_every_token_does_not_make_the_proxy_ask_for_more()
    {
        _agents.Refuses = _ => true;
        await using var proxy = await StartAsync(null, "");
        await using var client = await proxy.CreateClientAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                "Agent server 'billing' does not accept the access token that it was shown (401). "
                + $"Check {Setting}__Scope, __Audience and __Resource, and that it trusts the authorization server.",
                await client.FailureAsync("describeAgent", new { agentId = "billing:echo" }));
        }

        Assert.Single(_tokens.Requests);
    }

    [Fact]
    public async Task Exchanges_the_token_of_a_caller_after_RFC_8693()
    {
        await using var proxy = await StartAsync(Replace, "", "Exchange=rfc8693", "Scope=agents.call", "Audience=billing");
        await ExchangeAsync(proxy);

        Assert.StartsWith("Basic ", _tokens.Requests[1].Headers["Authorization"], StringComparison.Ordinal);
        AssertForm(
            _tokens.Forms[1],
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", Subject),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("audience", "billing"),
            ("scope", "agents.call"));
    }

    [Fact]
    public async Task Exchanges_the_token_of_a_caller_with_Entra()
    {
        await using var proxy = await StartAsync(Replace, "", "Exchange=entra", "Scope=api://billing/.default");
        await ExchangeAsync(proxy);

        Assert.DoesNotContain("Authorization", _tokens.Requests[1].Headers.Keys);
        AssertForm(
            _tokens.Forms[1],
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("client_id", "proxy id"),
            ("client_secret", Secret),
            ("assertion", Subject),
            ("requested_token_use", "on_behalf_of"),
            ("scope", "api://billing/.default"));
    }

    [Fact]
    public async Task All_that_belongs_to_a_call_is_sent_on_behalf_of_its_caller()
    {
        _caller = Caller.Anyone with { Token = Subject };
        await using var proxy = await Proxy.StartAsync(
            Replace, [$"AGENT_SERVERS=billing=langgraph+{_agents.Url(HostileAgentServer.FriendlyGraph)}", .. Settings("Exchange=rfc8693")]);
        await using var client = await proxy.CreateClientAsync();

        Assert.Equal("well", (await client.AskAsync("billing:echo", "Hello")).Text());
        await client.CallAsync("describeAgent", new { agentId = "billing:echo" });

        Assert.Contains(_agents.Requests, request => request.Method is "DELETE");
        Assert.Contains(_agents.Requests, request => request.Path.EndsWith("/assistants/echo", StringComparison.Ordinal));
        Assert.Equal("Bearer access-1", Assert.Single(_agents.Requests.Select(Shown).Distinct()));
        Assert.Equal(Subject, Assert.Single(_tokens.Forms)["subject_token"]);
    }

    [Fact]
    public async Task The_token_that_a_caller_signed_in_with_is_exchanged_and_goes_nowhere_else()
    {
        await using var issuer = new TokenIssuer();
        await issuer.InitializeAsync();
        var token = await issuer.TokenAsync();
        await using var proxy = await Proxy.StartAsync(
            [$"AGENT_SERVERS=billing=mastra+{_agents.Url(HostileAgentServer.Friendly)}", .. Settings("Exchange=rfc8693"), .. issuer.Settings]);
        await using var client = await proxy.CreateClientWithAsync(token);

        Assert.Equal("well", (await client.AskAsync("billing:echo", "Hello")).Text());

        Assert.Equal(token, Assert.Single(_tokens.Forms)["subject_token"]);
        Assert.Equal("Bearer access-1", Shown(Assert.Single(_agents.Requests)));
        Assert.DoesNotContain(token, _agents.Requests[0].Everything + proxy.Logs.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_without_a_token_to_exchange_is_not_sent()
    {
        await using var proxy = await StartAsync(null, "", "Exchange=rfc8693");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("billing:echo", "Hello");

        Assert.Equal(
            $"Nothing was sent to agent server 'billing': its agents are called in the name of whoever calls ({Setting}__Exchange), and this call came "
            + "without an access token. Sign in to the proxy with OAuth.",
            result.Text());
        Assert.Equal("unauthorized", Assert.NotNull(result.StructuredContent).Get("error", "kind").GetString());
        Assert.Empty(_agents.Requests);
        Assert.Empty(_tokens.Requests);
    }

    [Fact]
    public async Task Says_why_a_token_could_not_be_exchanged_and_quotes_none()
    {
        _caller = Caller.Anyone with { Token = Subject };
        _tokens.Answer = context => TokenServer.SendAsync(
            context, 400, $$"""{"error":"invalid_grant","error_description":"{{Subject}} has expired"}""");
        await using var proxy = await StartAsync(Replace, "", "Exchange=rfc8693");
        await using var client = await proxy.CreateClientAsync();

        Assert.Equal(
            NotSent + "refused to exchange the caller's token (400): invalid_grant: *** has expired. "
            + $"Check {Setting}__ClientId, __ClientSecret and __Scope.",
            (await client.AskAsync("billing:echo", "Hello")).Text());
        Assert.DoesNotContain("canary", proxy.Logs.Everything, StringComparison.Ordinal);
    }

    /// <summary>Lists in the proxy's name, and calls in that of two callers, twice each.</summary>
    private async Task ExchangeAsync(Proxy proxy)
    {
        await using var client = await proxy.CreateClientAsync();
        await client.FieldsAsync("listAgents");
        foreach (var token in (string[])[Subject, "canary-of-another", Subject, "canary-of-another"])
        {
            _caller = Caller.Anyone with { Token = token };
            Assert.Equal("well", (await client.AskAsync("billing:echo", "Hello")).Text());
        }

        Assert.Equal(3, _tokens.Requests.Count);
        Assert.Equal("client_credentials", _tokens.Forms[0]["grant_type"]);
        Assert.Equal("Bearer access-1", Assert.Single(_agents.Requests, request => !request.IsCall).Headers["Authorization"]);
        Assert.Equal(
            ["Bearer access-2", "Bearer access-3", "Bearer access-2", "Bearer access-3"], _agents.Requests.Where(request => request.IsCall).Select(Shown));
        Assert.All(_agents.Requests, request => Assert.DoesNotContain("canary", request.Everything, StringComparison.Ordinal));
        Assert.DoesNotContain("canary", proxy.Logs.Everything, StringComparison.Ordinal);
    }

    private static async Task Misbehave(HttpContext context, string behaviour)
    {
        switch (behaviour)
        {
            case "refuse":
                await TokenServer.SendAsync(context, 401, $$"""{"error":"invalid_client","error_description":"No {{Secret}} for you.","debug":"canary"}""");
                break;
            case "fail":
                await TokenServer.SendAsync(context, 503, "canary");
                break;
            case "redirect":
                context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
                context.Response.Headers.Location = "/canary";
                break;
            case "reset":
                context.Abort();
                break;
            case "hang":
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
                break;
            case "huge":
                var piece = new string(' ', 1024 * 1024);
                for (var i = 0; i < 1024; i++)
                {
                    await context.Response.WriteAsync(piece, context.RequestAborted);
                }

                break;
            default:
                await TokenServer.SendAsync(context, 200, behaviour switch
                {
                    "html" => "<!doctype html><title>canary</title>",
                    "half" => """{"access_token":"\ud800"}""",
                    "mac" => """{"access_token":"canary","token_type":"mac"}""",
                    "unsendable" => """{"access_token":"canary\r\nx-evil: 1","token_type":"Bearer"}""",
                    _ => "{}",
                });
                break;
        }
    }

    private IReadOnlyList<RecordedRequest> Friendly
        => [.. _agents.Requests.Where(request => request.Path.StartsWith($"/{HostileAgentServer.Friendly}/", StringComparison.Ordinal))];

    private static string? Shown(RecordedRequest request) => request.Headers.GetValueOrDefault("Authorization");

    private static void AssertForm(Dictionary<string, string> form, params (string Name, string Value)[] expected)
        => Assert.Equal(expected.ToDictionary(field => field.Name, field => field.Value), form);

    private void Replace(IServiceCollection services) => services.AddSingleton<TimeProvider>(_time).AddScoped(_ => _caller);

    /// <param name="configure">What of the proxy is replaced.</param>
    /// <param name="servers">Agent servers beside <c>billing</c>.</param>
    /// <param name="credentials">What belongs to the credentials for that, beside what it takes to get a token.</param>
    private Task<Proxy> StartAsync(Action<IServiceCollection>? configure, string servers, params string[] credentials)
        => Proxy.StartAsync(configure, [$"AGENT_SERVERS=billing=mastra+{_agents.Url(HostileAgentServer.Friendly)} {servers}", .. Settings(credentials)]);

    private IEnumerable<string> Settings(params string[] credentials) =>
    [
        "Logging:LogLevel:Default=Trace",
        "Logging:Console:LogLevel:Default=None",
        "Logging:LogLevel:McpProxy.Api.Agents.Discovery.ServerStatusLog=Warning",
        "MCP_DISCOVERY_TIMEOUT_SECONDS=2",
        .. from setting in (string[])[$"TokenUrl={_tokens.Url}", "ClientId=proxy id", $"ClientSecret={Secret}", .. credentials]
           select $"AGENT_SERVER_AUTH:billing:{setting}",
    ];
}
