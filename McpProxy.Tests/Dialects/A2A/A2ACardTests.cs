using System.Text.Json.Nodes;
using McpProxy.Api.Dialects.A2A;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Dialects.A2A;

/// <summary>What cards say, and what of it is believed.</summary>
public sealed class A2ACardTests(A2AScripts scripts) : IClassFixture<A2AScripts>
{
    private const string Token = "canary-token";
    private const string OtherToken = "other-canary-token";

    private static readonly string[] _names = ["a", "b", "c"];

    private static readonly Func<A2ARequest, Task> _answer
        = request => request.EventsAsync($$"""{"task":{{A2ARequest.Task("TASK_STATE_COMPLETED", "well")}} }""");

    [Theory]
    [InlineData("weather_Agent-1.5", "weather_Agent-1.5")]
    [InlineData("Travel Agent (Berlin)", "travel-agent-berlin")]
    [InlineData("  Zürich  ", "z-rich")]
    [InlineData("天気", "agent")]
    [InlineData("..", "agent")]
    public void An_agent_goes_by_its_name_in_a_form_that_can_be_typed(string name, string id) => Assert.Equal(id, A2ACard.IdOf(name));

    [Theory]
    [InlineData(".well-known/agent-card.json")]
    [InlineData(".well-known/agent.json")]
    public async Task A_card_is_found_in_both_places(string path)
    {
        var script = scripts.Add(_answer);
        script.CardPath = path;
        await scripts.Client.FieldsAsync("connectServer", new { serverUrl = scripts.Url(script), serverName = script.Name });

        Assert.Equal("well", (await scripts.AskAsync(script)).Text());
    }

    [Fact]
    public async Task Speaks_as_an_older_card_says()
    {
        var script = await scripts.ConnectAsync(
            request => request.ResultAsync("""{"kind":"message","messageId":"m","contextId":"c","role":"agent","parts":[{"kind":"text","text":"well"}]}"""),
            card =>
            {
                card.Remove("supportedInterfaces");
                (card["protocolVersion"], card["url"], card["preferredTransport"]) = ("0.3.0", "../rest", "HTTP+JSON");
                card["additionalInterfaces"] = new JsonArray(new JsonObject { ["url"] = "../rpc", ["transport"] = "JSONRPC" });
            });

        Assert.Equal("well", (await scripts.AskAsync(script)).Text());
        var (what, request) = Assert.Single(script.Requests);
        Assert.Equal("message/stream", what);
        Assert.False(request.Headers.ContainsKey("A2A-Version"));
        Assert.Contains("""{"kind":"text","text":"hi"}""", request.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_the_tenant_that_a_card_names()
    {
        var rpc = await scripts.ConnectAsync(_answer, card => card["supportedInterfaces"]![0]!["tenant"] = "acme");
        var rest = await scripts.ConnectAsync(
            request => request.JsonAsync("""{"message":{"messageId":"m","parts":[{"text":"well"}]} }"""),
            card => card["supportedInterfaces"]![0] = new JsonObject
            {
                ["url"] = "../rest/",
                ["protocolBinding"] = "HTTP+JSON",
                ["protocolVersion"] = "1.0.1",
                ["tenant"] = "acme",
            });

        Assert.Equal("well", (await scripts.AskAsync(rpc)).Text());
        Assert.Equal("well", (await scripts.AskAsync(rest)).Text());
        Assert.Contains("\"tenant\":\"acme\"", Assert.Single(rpc.Requests).Request.Body, StringComparison.Ordinal);
        Assert.Equal("POST rest/acme/message:stream", Assert.Single(rest.Asked));
        Assert.Equal("1.0", Assert.Single(rest.Requests).Request.Headers["A2A-Version"]);
    }

    [Theory]
    [InlineData("http://169.254.169.254/a2a", "JSONRPC", "1.0", "'http://169.254.169.254/a2a', and it leads to")]
    [InlineData("http://somebody@127.0.0.1/a2a", "JSONRPC", "1.0", "and it holds a user name or password")]
    [InlineData("http://127.0.0.1//example.com/a2a", "JSONRPC", "1.0", "and its path begins with two slashes")]
    [InlineData("ftp://127.0.0.1/a2a", "JSONRPC", "1.0", "and it is not an absolute http:// or https:// URL")]
    [InlineData("/a2a", "GRPC", "1.0", "it speaks 'GRPC 1.0', and the proxy only JSONRPC and HTTP+JSON of the versions 0.3 and 1.")]
    [InlineData("/a2a", "JSONRPC", "2.0", "it speaks 'JSONRPC 2.0', and the proxy only")]
    public async Task Calls_no_agent_where_it_must_or_can_not(string url, string protocolBinding, string protocolVersion, string expected)
    {
        var script = await scripts.ConnectAsync(_answer, card => card["supportedInterfaces"]![0] = new JsonObject
        {
            ["url"] = url,
            ["protocolBinding"] = protocolBinding,
            ["protocolVersion"] = protocolVersion,
        });

        var failure = await scripts.AskAsync(script);

        Assert.Equal("refused_by_policy", failure.StructuredContent!.Value.Get("error", "kind").GetString());
        Assert.StartsWith($"Agent 'agent' on server '{script.Name}' was not called: ", failure.Text(), StringComparison.Ordinal);
        Assert.Contains(expected, failure.Text(), StringComparison.Ordinal);
        Assert.Empty(script.Requests);
    }

    [Fact]
    public async Task Calls_no_agent_that_asks_for_an_extension()
    {
        var script = await scripts.ConnectAsync(
            _answer,
            card => card["capabilities"]!["extensions"] = new JsonArray(
                new JsonObject { ["uri"] = "x:optional" }, new JsonObject { ["uri"] = "x:pay-first", ["required"] = true }));

        var failure = (await scripts.AskAsync(script)).Text();

        Assert.Contains("its card asks for the extension 'x:pay-first', which the proxy does not know", failure, StringComparison.Ordinal);
        Assert.Empty(script.Requests);
        await scripts.Client.FieldsAsync("describeAgent", new { agentId = $"{script.Name}:agent" });
    }

    [Fact]
    public async Task Shows_credentials_only_where_they_are_for()
    {
        var here = scripts.Add(_answer);
        var there = scripts.Add(_answer, card => card["supportedInterfaces"]![0]!["url"] = Elsewhere(here));
        var known = scripts.Add(_answer);
        known.Card["supportedInterfaces"]![0]!["url"] = Elsewhere(known);
        var answer = await AskAllAsync(
            [here, there, known],
            [.. _names.Select(name => $"AGENT_SERVER_AUTH:{name}:Token={Token}"),
                $"AGENT_SERVER_AUTH:known:Url={Elsewhere(known)}", $"AGENT_SERVER_AUTH:known:Token={OtherToken}"]);

        Assert.Equal(["well", "well", "well"], answer.Select(result => result.Text()));
        Assert.All(new[] { here, there, known }, script => Assert.All(script.CardRequests, request => Assert.Equal($"Bearer {Token}", Shown(request))));
        Assert.Equal([$"Bearer {Token}", null], here.Requests.Select(request => Shown(request.Request)));
        Assert.Equal([$"Bearer {OtherToken}"], known.Requests.Select(request => Shown(request.Request)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_servers_are_fixed_a_card_leads_to_no_other(bool isListed)
    {
        var other = scripts.Add(_answer);
        var script = scripts.Add(_answer, card => card["supportedInterfaces"]![0]!["url"] = Elsewhere(other));
        await using var proxy = await Proxy.StartAsync(
            $"AGENT_SERVERS=a=a2a+{scripts.Url(script)}{(isListed ? $" b=a2a+{Elsewhere(other)}" : "")}", "MCP_DYNAMIC_CONNECTIONS=false");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("a:agent", "hi");

        Assert.Equal(!isListed, result.IsError is true);
        Assert.Contains(isListed ? "well" : "it is on another server, which is none of AGENT_SERVERS", result.Text(), StringComparison.Ordinal);
        Assert.Equal(isListed ? 1 : 0, other.Requests.Count);
    }

    [Fact]
    public async Task Says_which_credentials_an_agent_asks_for()
    {
        var script = await scripts.ConnectAsync(
            request =>
            {
                request.Context.Response.StatusCode = 401;

                return Task.CompletedTask;
            },
            card => card["securitySchemes"] = new JsonObject { ["companyLogin"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } });

        var failure = (await scripts.AskAsync(script)).Text();

        Assert.Contains("asks for valid credentials (401). Set AGENT_SERVER_AUTH__", failure, StringComparison.Ordinal);
        Assert.EndsWith("Its card calls what it asks for 'companyLogin'.", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describes_an_agent_by_the_card_for_those_with_credentials_if_it_has_one()
    {
        var extended = await scripts.ConnectAsync(
            request => request.ResultAsync("""{"name":"agent","description":"All of it.","supportedInterfaces":[{"url":"/x"}]}"""),
            card => card["capabilities"]!["extendedAgentCard"] = true);
        var without = await scripts.ConnectAsync(request => request.ErrorAsync(-32007), card => card["capabilities"]!["extendedAgentCard"] = true);

        Assert.Equal("All of it.", (await DescribeAsync(extended)).GetProperty("description").GetString());
        Assert.Equal(["GetExtendedAgentCard"], extended.Asked);
        Assert.Equal("agent", (await DescribeAsync(without)).GetProperty("name").GetString());

        async Task<System.Text.Json.JsonElement> DescribeAsync(A2AScript script)
            => (await scripts.Client.FieldsAsync("describeAgent", new { agentId = $"{script.Name}:agent" })).Get("agentDetails");
    }

    [Fact]
    public async Task A_conversation_that_waits_for_an_answer_belongs_to_its_caller()
    {
        var script = scripts.Add(request => request.EventsAsync("""{"task":{"id":"t","contextId":"c","status":{"state":"TASK_STATE_INPUT_REQUIRED"} } }"""));
        await using var proxy = await Proxy.StartAsync(
            $"AGENT_SERVERS=a=a2a+{scripts.Url(script)}", "MCP_API_KEY__ann__Key=ann", "MCP_API_KEY__sam__Key=sam");
        await using var ann = await proxy.CreateClientWithAsync("ann");
        await using var sam = await proxy.CreateClientWithAsync("sam");

        Assert.Equal("c#t", (await ann.AskAsync("a:agent", "hi")).StructuredContent!.Value.Get("threadId").GetString());

        foreach (var threadId in new[] { "c", "c#t", "c#other", "c#" })
        {
            var failure = await sam.FailureAsync("callAgent", new { targetAgentId = "a:agent", message = "hi", threadId });
            Assert.StartsWith($"Nothing was sent: you have no thread '{threadId}'", failure, StringComparison.Ordinal);
        }

        Assert.Single(script.Requests);
    }

    /// <summary>The same server by another name: another origin.</summary>
    private string Elsewhere(A2AScript script) => scripts.Url(script).Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/rpc";

    private async Task<IReadOnlyList<CallToolResult>> AskAllAsync(A2AScript[] asked, string[] settings)
    {
        await using var proxy = await Proxy.StartAsync(
            [$"AGENT_SERVERS={string.Join(' ', asked.Zip(_names, (script, name) => $"{name}=a2a+{scripts.Url(script)}"))}", .. settings]);
        await using var client = await proxy.CreateClientAsync();
        var results = new List<CallToolResult>();
        foreach (var name in _names)
        {
            results.Add(await client.AskAsync($"{name}:agent", "hi"));
        }

        return results;
    }

    private static string? Shown(RecordedRequest request) => request.Headers.GetValueOrDefault("Authorization");
}
