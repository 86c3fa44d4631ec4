using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using McpProxy.Api;
using McpProxy.Tests.Access;

namespace McpProxy.Tests.Operator;

/// <summary>What the proxy tells the page at / and scripts: calls, figures, settings.</summary>
public sealed class ConsoleTests(SampleAgentServerFixture agents) : IClassFixture<SampleAgentServerFixture>
{
    private const string Console = "MCP_CONSOLE=true";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Mastra => new Uri(agents.Client.BaseAddress!, "mastra").ToString();

    /// <summary>Ops is an operator, Ann and Sam are callers, and Sam may use one agent.</summary>
    private string[] Settings =>
    [
        Console, $"AGENT_SERVERS={Mastra}",
        "MCP_API_KEY__ops__Key=ops", "MCP_API_KEY__ops__Role=operator",
        "MCP_API_KEY__ann__Key=ann",
        "MCP_API_KEY__sam__Key=sam", "MCP_API_KEY__sam__Agents=server0:echoAgent",
    ];

    [Fact]
    public async Task Nothing_is_there_unless_it_is_switched_on()
    {
        await using var proxy = await Proxy.StartAsync();
        using var http = new HttpClient { BaseAddress = proxy.Url };

        foreach (var path in new[] { "calls", "me", "agents", "settings", "events" })
        {
            using var response = await http.GetAsync($"/operator/{path}", CancellationToken);

            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Every_call_is_listed_with_what_came_of_it_and_without_what_was_said()
    {
        await using var proxy = await Proxy.StartAsync(Settings);
        await using var ann = await proxy.CreateClientWithAsync("ann");
        using var http = AccessTokenTests.Client(proxy, "ops");

        await ann.AskAsync("server0:echoAgent", "a private matter");
        await ann.AskAsync("server0:approvalAgent", "a private matter");
        var run = await ann.FieldsAsync("callAgent", new { targetAgentId = "server0:slowAgent", message = "count to 300", background = true });
        var text = await http.GetStringAsync("/operator/calls", CancellationToken);

        var calls = JsonDocument.Parse(text).RootElement.Get("calls");
        Assert.Equal(
            ["server0:slowAgent key:ann running True", "server0:approvalAgent key:ann asked False", "server0:echoAgent key:ann answered False"],
            calls.EnumerateArray().Select(call => $"{call.Get("agent")} {call.Get("caller")} {call.Get("state")} {call.Get("background")}"));
        Assert.Equal(run.Get("runId").GetString(), calls.Get(0, "id").GetString());
        Assert.False(calls.Get(0).TryGetProperty("endedAt", out _));
        Assert.Equal("echo: a private matter".Length, calls.Get(2, "bytes").GetInt32());
        Assert.True(calls.Get(2, "inputTokens").GetInt32() > 0);
        Assert.True(calls.Get(2, "endedAt").GetDateTime() >= calls.Get(2, "startedAt").GetDateTime());
        Assert.DoesNotContain("private", text, StringComparison.Ordinal);
        Assert.Single((await CallsAsync(http, "?agent=server0:echoAgent")).EnumerateArray());
        Assert.Equal("asked", (await CallsAsync(http, "?state=asked&limit=1")).Get(0, "state").GetString());
    }

    [Theory]
    [InlineData("limit=0", "limit must be a whole number from 1 to 1000.")]
    [InlineData("limit=x", "limit must be a whole number from 1 to 1000.")]
    [InlineData("state=1", "state must be running or answered or asked or failed or cancelled or lost.")]
    public async Task A_wrong_question_is_answered_with_a_sentence(string query, string expected)
    {
        await using var proxy = await Proxy.StartAsync(Console);
        using var http = new HttpClient { BaseAddress = proxy.Url };

        using var response = await http.GetAsync($"/operator/calls?{query}", CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        Assert.Equal(expected, answer.Get("error", "message").GetString());
    }

    [Fact]
    public async Task What_is_said_is_there_when_it_is_asked_for()
    {
        await using var proxy = await Proxy.StartAsync(Console, $"AGENT_SERVERS={Mastra}", "MCP_TELEMETRY_CONTENT=true");
        await using var client = await proxy.CreateClientAsync();
        using var http = new HttpClient { BaseAddress = proxy.Url };

        await client.AskAsync("server0:echoAgent", $"hi {new string('x', 2000)}");
        var call = (await CallsAsync(http)).Get(0);

        Assert.StartsWith("hi xxx", call.Get("message").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("echo: hi xxx", call.Get("answer").GetString(), StringComparison.Ordinal);
        Assert.Equal(1000, call.Get("answer").GetString()!.Length);
    }

    [Fact]
    public async Task A_caller_sees_and_cancels_their_own_calls_only()
    {
        await using var server = await HostileAgentServer.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync([.. Settings[2..], Console, $"AGENT_SERVERS={server.Url(HostileAgentServer.Friendly)}"]);
        await using var ann = await proxy.CreateClientWithAsync("ann");
        using var ops = AccessTokenTests.Client(proxy, "ops");
        using var own = AccessTokenTests.Client(proxy, "ann");
        using var other = AccessTokenTests.Client(proxy, "sam");
        var call = ann.FailureAsync("callAgent", new { targetAgentId = "server0:hang", message = "go" });
        await Wait.UntilAsync(async () => (await CallsAsync(own)).GetArrayLength() > 0);
        var id = (await CallsAsync(ops)).Get(0, "id").GetString()!;

        Assert.Equal(0, (await CallsAsync(other)).GetArrayLength());
        Assert.Equal((HttpStatusCode.NotFound, "There is no such call (any more)."), await CancelAsync(other, id));
        Assert.Equal((HttpStatusCode.Accepted, null), await CancelAsync(own, id));

        Assert.StartsWith("The call was cancelled at the proxy.", await call, StringComparison.Ordinal);
        await Wait.UntilAsync(() => server.Requests.Any(request => request is { IsCall: true, IsAborted: true }));
        Assert.Equal("cancelled", (await CallsAsync(ops)).Get(0, "state").GetString());
        Assert.Equal((HttpStatusCode.Conflict, "The call has ended, so there is nothing to cancel."), await CancelAsync(ops, id));
    }

    [Fact]
    public async Task Each_caller_sees_what_they_may_and_strangers_and_foreign_pages_nothing()
    {
        await using var proxy = await Proxy.StartAsync(
            [.. Settings, "MCP_DYNAMIC_CONNECTIONS=true", "MCP_TRACE_URL=https://traces.example/{traceId}", "MCP_CALLER_REQUESTS_PER_MINUTE=100"]);
        await using var ann = await proxy.CreateClientWithAsync("ann");
        using var ops = AccessTokenTests.Client(proxy, "ops");
        using var sam = AccessTokenTests.Client(proxy, "sam");
        using var eve = AccessTokenTests.Client(proxy, "eve");
        foreach (var agent in new[] { "server0:echoAgent", "server0:echoAgent", "server0:weatherAgent" })
        {
            await ann.AskAsync(agent, "hi");
        }

        var (operatorView, callerView) = (await GetAsync(ops, "me"), await GetAsync(sam, "me"));
        Assert.Equal(("key:ops", "operator", true), (operatorView.Get("caller").GetString(), operatorView.Get("role").GetString(), CanConnect(operatorView)));
        Assert.Equal(("key:sam", "caller", false), (callerView.Get("caller").GetString(), callerView.Get("role").GetString(), CanConnect(callerView)));
        Assert.Equal("https://traces.example/{traceId}", callerView.Get("traceUrl").GetString());
        Assert.Equal(("local", "healthy"), (callerView.Get("backend", "name").GetString(), callerView.Get("backend", "state").GetString()));

        var figures = await GetAsync(ops, "agents");
        Assert.Equal(["server0:echoAgent 2", "server0:weatherAgent 1"], Names(figures));
        Assert.Equal(["server0:echoAgent 2"], Names(await GetAsync(sam, "agents")));
        Assert.True(figures.Get("agents", 0, "p95Milliseconds").GetInt64() >= figures.Get("agents", 0, "p50Milliseconds").GetInt64());
        Assert.True(figures.Get("agents", 0, "outputTokens").GetInt64() > 0);
        Assert.Equal(2, figures.Get("agents", 0, "minutes").EnumerateArray().Sum(minute => minute.Get("calls").GetInt32()));

        using var hidden = await sam.GetAsync("/operator/settings", CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        foreach (var path in new[] { "calls", "me", "agents", "settings", "events" })
        {
            using var refused = await eve.GetAsync($"/operator/{path}", CancellationToken);
            using var foreign = new HttpRequestMessage(HttpMethod.Get, $"/operator/{path}") { Headers = { { "Origin", "https://evil.example" } } };
            using var forbidden = await ops.SendAsync(foreign, CancellationToken);

            Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (refused.StatusCode, forbidden.StatusCode));
        }

        await Wait.UntilAsync(async () =>
        {
            using var response = await sam.GetAsync("/operator/me", CancellationToken);

            return response.StatusCode is HttpStatusCode.TooManyRequests;
        });

        static bool CanConnect(JsonElement viewer) => viewer.Get("canConnect").GetBoolean();

        static IEnumerable<string> Names(JsonElement figures)
            => figures.Get("agents").EnumerateArray().Select(figure => $"{figure.Get("agent")} {figure.Get("calls")}");
    }

    [Fact]
    public async Task Settings_are_shown_and_secrets_are_not()
    {
        await using var redis = await RedisServer.StartAsync("--requirepass", "secret-1");
        await using var proxy = await Proxy.StartAsync(
            Console, "AGENT_SERVERS=billing=http://127.0.0.1:1/x",
            "MCP_API_KEYS=secret-2,ops", "MCP_API_KEY__ann__Key=secret-3", "MCP_ROLE__support__Agents=billing:*",
            "MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis=redis://:secret-1@{redis.Address}",
            "UPSTASH_REDIS_REST_URL=https://user:secret-4@example.com", "UPSTASH_REDIS_REST_TOKEN=secret-5",
            "KV_REST_API_URL=https://secret-6.example.com", "KV_REST_API_TOKEN=secret-7",
            "AGENT_SERVER_AUTH__billing__TokenUrl=http://127.0.0.1:1/t", "AGENT_SERVER_AUTH__billing__ClientId=secret-8",
            "AGENT_SERVER_AUTH__billing__ClientSecret=secret-9", "AGENT_SERVER_AUTH__other__Url=http://127.0.0.1:1/",
            "AGENT_SERVER_AUTH__other__ApiKey=secret-10",
            "LANGSMITH_API_KEY=secret-11", "LANGGRAPH_API_KEY=secret-12", "MCP_ALLOWED_ORIGINS=https://app.example", "MCP_MAX_HOPS=7");
        using var http = AccessTokenTests.Client(proxy, "ops");

        var text = await http.GetStringAsync("/operator/settings", CancellationToken);
        var settings = JsonDocument.Parse(text).RootElement.Get("settings").EnumerateArray().ToDictionary(setting => setting.Get("name").GetString()!);

        Assert.DoesNotContain("secret-", text, StringComparison.Ordinal);
        string[] masked =
        [
            "MCP_API_KEYS", "MCP_API_KEY", "MCP_ROLE", "ConnectionStrings__redis", "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN", "KV_REST_API_URL",
            "KV_REST_API_TOKEN", "AGENT_SERVER_AUTH", "LANGSMITH_API_KEY", "LANGGRAPH_API_KEY",
        ];
        Assert.Equal(masked.Order(), settings.Where(setting => Value(setting.Value) is "***").Select(setting => setting.Key).Order());
        Assert.Equal(("7", "5", true), (Value(settings["MCP_MAX_HOPS"]), settings["MCP_MAX_HOPS"].Get("default").GetString(), IsSet("MCP_MAX_HOPS")));
        Assert.Equal(("false", false), (Value(settings["MCP_PIN_AGENTS"]), IsSet("MCP_PIN_AGENTS")));
        Assert.Equal("https://app.example", Value(settings["MCP_ALLOWED_ORIGINS"]));
        Assert.Equal(ProxyApp.Options.Sum(options => options.Settings.Count), settings.Count);

        static string? Value(JsonElement setting) => setting.TryGetProperty("value", out var value) ? value.GetString() : null;

        bool IsSet(string name) => settings[name].Get("isSet").GetBoolean();
    }

    [Fact]
    public async Task A_page_that_is_open_hears_of_calls_and_of_servers()
    {
        await using var proxy = await Proxy.StartAsync(Settings);
        await using var ann = await proxy.CreateClientWithAsync("ann");
        await using var client = await proxy.CreateClientWithAsync("ops");
        using var ops = AccessTokenTests.Client(proxy, "ops");
        using var sam = AccessTokenTests.Client(proxy, "sam");
        await client.FieldsAsync("listAgents");
        using var all = await OpenAsync(ops);
        using var own = await OpenAsync(sam);

        var first = await NextAsync(all, "calls");
        await ann.AskAsync("server0:slowAgent", "count");
        var running = await NextAsync(all, "calls");
        var answered = await NextAsync(all, "calls");
        await client.FieldsAsync("connectServer", new { serverUrl = $"{agents.Client.BaseAddress}langgraph", serverName = "other" });
        var changed = await NextAsync(all, "servers");
        while (await all.ReadLineAsync(CancellationToken) is not ": keepalive")
        {
            // A silent stream stays open.
        }

        await proxy.StopAsync();
        var rest = await own.ReadToEndAsync(CancellationToken);

        Assert.Equal("""{"calls":[]}""", first);
        Assert.Contains("\"state\":\"running\"", running, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"answered\"", answered, StringComparison.Ordinal);
        Assert.Equal("{}", changed);
        Assert.DoesNotContain("slowAgent", rest, StringComparison.Ordinal);
        Assert.Contains("event: servers", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_that_are_open_are_bounded()
    {
        await using var proxy = await Proxy.StartAsync(Console);
        using var http = new HttpClient { BaseAddress = proxy.Url };
        var streams = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => OpenAsync(http)));

        using var refused = await http.GetAsync("/operator/events", CancellationToken);
        streams[0].Dispose();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await Wait.UntilAsync(async () =>
        {
            using var response = await http.GetAsync("/operator/events", HttpCompletionOption.ResponseHeadersRead, CancellationToken);

            return response.IsSuccessStatusCode;
        });
        foreach (var stream in streams)
        {
            stream.Dispose();
        }
    }

    private static async Task<StreamReader> OpenAsync(HttpClient http)
    {
        var response = await http.GetAsync("/operator/events", HttpCompletionOption.ResponseHeadersRead, CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);

        return new(await response.Content.ReadAsStreamAsync(CancellationToken));
    }

    /// <summary>The data of the next event, which must be of that name.</summary>
    private static async Task<string> NextAsync(StreamReader stream, string name)
    {
        string? line;
        do
        {
            line = await stream.ReadLineAsync(CancellationToken);
        }
        while (line is "" or ": keepalive");

        Assert.Equal($"event: {name}", line);

        return (await stream.ReadLineAsync(CancellationToken))!["data: ".Length..];
    }

    private static Task<JsonElement> GetAsync(HttpClient http, string path) => http.GetFromJsonAsync<JsonElement>($"/operator/{path}", CancellationToken);

    private static async Task<(HttpStatusCode Status, string? Problem)> CancelAsync(HttpClient http, string id)
    {
        using var response = await http.PostAsync($"/operator/calls/{id}/cancel", content: null, CancellationToken);

        return (response.StatusCode, response.IsSuccessStatusCode
            ? null
            : (await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).Get("error", "message").GetString());
    }

    private static async Task<JsonElement> CallsAsync(HttpClient http, string query = "")
        => (await http.GetFromJsonAsync<JsonElement>($"/operator/calls{query}", CancellationToken)).Get("calls");
}
