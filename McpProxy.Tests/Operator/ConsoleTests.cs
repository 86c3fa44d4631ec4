using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
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

        Assert.StartsWith("Somebody who looks after this proxy cancelled the call.", await call, StringComparison.Ordinal);
        await Wait.UntilAsync(() => server.Requests.Any(request => request is { IsCall: true, IsAborted: true }));
        Assert.Equal("cancelled", (await CallsAsync(ops)).Get(0, "state").GetString());
        Assert.Equal((HttpStatusCode.Conflict, "The call has ended, so there is nothing to cancel."), await CancelAsync(ops, id));
    }

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
