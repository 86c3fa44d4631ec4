using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace McpProxy.Tests.SampleAgentServer;

public sealed class LangGraphApiTests(SampleAgentServerFixture server) : IClassFixture<SampleAgentServerFixture>
{
    private const string Server = "/langgraph";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_through_the_assistants_and_finds_one_by_either_id()
    {
        var response = await server.PostAsync($"{Server}/assistants/search", """{"limit":3,"offset":1}""", Stop);
        var page = JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!.AsArray();
        var byGraph = await server.Client.GetStringAsync($"{Server}/assistants/slowAgent", Stop);
        var byId = await server.Client.GetStringAsync($"{Server}/assistants/{page[1]!["assistant_id"]}", Stop);
        var schemas = await server.Client.GetStringAsync($"{Server}/assistants/slowAgent/schemas", Stop);

        Assert.Equal(["weatherAgent", "slowAgent", "memoryAgent"], page.Select(assistant => (string?)assistant!["graph_id"]));
        Assert.Equal("6", response.Headers.GetValues("x-pagination-total").Single());
        Assert.Equal(byGraph, byId);
        Assert.NotNull(JsonNode.Parse(schemas)!["input_schema"]!["properties"]!["messages"]);
    }

    [Theory]
    [InlineData("echoAgent", "hi there", "echo: hi there", 5)]
    [InlineData("weatherAgent", "How is cape town?", "It is 19 degrees and windy in Cape Town.", 13)]
    [InlineData("slowAgent", "go", "one two three four five six seven eight nine ten", 11)]
    [InlineData("memoryAgent", "m1", "seen 1 user messages, last: m1", 7)]
    [InlineData("relayAgent", "echoAgent hi", "I don't know where the proxy is: MCP_PROXY_URL is not set.", 13)]
    public async Task Waits_for_and_streams_the_same_answer(string graphId, string question, string answer, int totalTokens)
    {
        var body = $$"""
            {"assistant_id":"{{graphId}}","input":{"messages":[{"role":"user","content":"{{question}}"}]},"stream_mode":["messages-tuple","values"]}
            """;
        var waiting = PostAsync("/runs/wait", body);
        var events = await server.StreamAsync($"{Server}/runs/stream", body, Stop).ToListAsync(Stop);
        var last = (await waiting)["messages"]!.AsArray()[^1]!;
        var tokens = events
            .Where(item => item.EventType is "messages")
            .Select(item => JsonNode.Parse(item.Data)![0]!)
            .Where(chunk => (string?)chunk["type"] is "ai");
        var state = JsonNode.Parse(events[^1].Data)!;

        Assert.Equal((answer, "ai", totalTokens), ((string?)last["content"], (string?)last["type"], (int?)last["usage_metadata"]!["total_tokens"]));
        Assert.Equal("metadata", events[0].EventType);
        Assert.Equal(answer, string.Concat(tokens.Select(chunk => (string?)chunk["content"])));
        Assert.Equal("values", events[^1].EventType);
        Assert.Equal(answer, (string?)state["messages"]!.AsArray()[^1]!["content"]);
    }

    [Fact]
    public async Task Shows_the_tool_call_and_its_result_as_messages()
    {
        var state = await PostAsync("/runs/wait", """{"assistant_id":"weatherAgent","input":{"messages":"Paris"}}""");
        var messages = state["messages"]!.AsArray();

        Assert.Equal(["human", "ai", "tool", "ai"], messages.Select(message => (string?)message!["type"]));
        Assert.Equal("Paris", (string?)messages[1]!["tool_calls"]![0]!["args"]!["city"]);
        Assert.Equal((string?)messages[1]!["tool_calls"]![0]!["id"], (string?)messages[2]!["tool_call_id"]);
        Assert.Equal("""{"city":"Paris","celsius":21,"conditions":"sunny"}""", (string?)messages[2]!["content"]);
    }

    [Fact]
    public async Task Speaks_between_two_uses_of_a_tool()
    {
        var state = await PostAsync("/runs/wait", """{"assistant_id":"weatherAgent","input":{"messages":"Tokyo, then Lima"}}""");
        var messages = state["messages"]!.AsArray();

        Assert.Equal(["human", "ai", "tool", "ai", "tool", "ai"], messages.Select(message => (string?)message!["type"]));
        Assert.Equal(
            ["", "It is 23 degrees and cloudy in Tokyo. ", "It is 18 degrees and foggy in Lima."],
            messages.Where(message => (string?)message!["type"] is "ai").Select(message => (string?)message!["content"]));
        Assert.Equal("Lima", (string?)messages[3]!["tool_calls"]![0]!["args"]!["city"]);
    }

    [Fact]
    public async Task Keeps_what_was_said_on_a_thread()
    {
        const string Run = """{"assistant_id":"memoryAgent","input":{"messages":"again"}}""";
        var id = (string?)(await PostAsync("/threads", """{"metadata":{"of":"test"}}"""))["thread_id"];
        var same = await PostAsync("/threads", $$"""{"thread_id":"{{id}}","if_exists":"do_nothing"}""");
        var before = await GetAsync($"/threads/{id}/state");
        await PostAsync($"/threads/{id}/runs/wait", Run);
        var events = await server.StreamAsync($"{Server}/threads/{id}/runs/stream", Run, Stop).ToListAsync(Stop);
        var after = await GetAsync($"/threads/{id}/state");
        var thread = await GetAsync($"/threads/{id}");

        Assert.Equal("test", (string?)same["metadata"]!["of"]);
        Assert.Empty(before["values"]!.AsObject());
        Assert.Equal(["0", "1", "2"], events.Select(item => item.EventId));
        Assert.Equal("seen 2 user messages, last: again", (string?)after["values"]!["messages"]!.AsArray()[^1]!["content"]);
        Assert.Equal(("idle", "memoryAgent"), ((string?)thread["status"], (string?)thread["metadata"]!["graph_id"]));
    }

    [Fact]
    public async Task Reports_a_failed_run_with_status_200()
    {
        const string Run = """{"assistant_id":"echoAgent","input":{"messages":[{"content":"no role"}]},"if_not_exists":"create"}""";
        var thread = $"/threads/{Guid.NewGuid()}";
        var state = await PostAsync($"{thread}/runs/wait", Run);
        var events = await server.StreamAsync($"{Server}/runs/stream", Run, Stop).ToListAsync(Stop);

        Assert.Equal("Error", (string?)JsonNode.Parse((string)state["__error__"]!["message"]!)!["error"]);
        Assert.Equal(["metadata", "error"], events.Select(item => item.EventType));
        Assert.Equal("error", (string?)(await GetAsync(thread))["status"]);
    }

    [Theory]
    [InlineData("/assistants/search", """{"limit":1001}""", 400, "too_big")]
    [InlineData("/assistants/search", """{"limit":"x"}""", 400, "invalid_type")]
    [InlineData("/assistants/search", "{bad", 400, "Malformed JSON in request body")]
    [InlineData("/runs/wait", "{}", 400, "assistant_id")]
    [InlineData("/runs/wait", """{"assistant_id":"echoAgent","stream_mode":"debug"}""", 400, "stream_mode")]
    [InlineData("/runs/stream", """{"assistant_id":"nope"}""", 404, "No assistant found for \"nope\".")]
    [InlineData("/threads", """{"thread_id":"abc"}""", 400, "Invalid uuid")]
    [InlineData("/threads/abc/runs/wait", """{"assistant_id":"echoAgent"}""", 400, "Invalid uuid")]
    [InlineData("/threads/00000000-0000-0000-0000-000000000000/runs/wait", """{"assistant_id":"echoAgent"}""", 422, "already running a task")]
    public async Task Refuses_in_LangGraphs_words(string path, string body, int status, string words)
    {
        var response = await server.PostAsync(Server + path, body, Stop);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(words, await response.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData("/assistants/nope", "Assistant not found")]
    [InlineData("/threads/00000000-0000-0000-0000-000000000000", "Thread with ID 00000000-0000-0000-0000-000000000000 not found")]
    [InlineData("/api/agents", "404 Not Found")]
    public async Task Does_not_find_what_is_not_there(string path, string words)
    {
        var response = await server.Client.GetAsync(Server + path, Stop);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(words, await response.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task Goes_on_when_the_client_leaves_and_tells_the_rest_to_whoever_joins()
    {
        var (thread, run, last) = await LeaveAsync("slowAgent");
        var rest = await JoinAsync(run, last);
        var everything = await JoinAsync(run, "-1");
        var nothingNew = await JoinAsync(run, null);

        Assert.Equal(int.Parse(last, CultureInfo.InvariantCulture) + 1, int.Parse(rest[0].EventId!, CultureInfo.InvariantCulture));
        Assert.Equal(rest.Select(item => item.Data), everything.TakeLast(rest.Count).Select(item => item.Data));
        Assert.Equal("metadata", everything[0].EventType);
        Assert.Empty(nothingNew);
        Assert.Equal("success", (string?)(await GetAsync(run))["status"]);
        Assert.Equal(run.Split('/')[^1], (string?)(await GetAsync($"{thread}/state"))["metadata"]!["run_id"]);
    }

    [Fact]
    public async Task Stops_a_run_that_is_cancelled()
    {
        var (thread, run, _) = await LeaveAsync("slowAgent");
        var running = (await GetAsync($"{thread}/runs?status=running")).AsArray();
        var busy = await server.PostAsync($"{Server}{thread}/runs/wait", """{"assistant_id":"echoAgent"}""", Stop);
        var cancelled = await server.PostAsync($"{Server}{run}/cancel?wait=true", "", Stop);
        var events = await JoinAsync(run, "-1");
        var state = await GetAsync($"{thread}/state");

        Assert.Equal("test", (string?)Assert.Single(running)!["metadata"]!["of"]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, busy.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        Assert.Equal("error", (string?)(await GetAsync(run))["status"]);
        Assert.Equal(("error", "interrupt"), (events[^1].EventType, (string?)JsonNode.Parse(events[^1].Data)!["message"]));
        Assert.Equal("go", (string?)Assert.Single(state["values"]!["messages"]!.AsArray())!["content"]);
        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync($"{Server}{run}/cancel", "", Stop)).StatusCode);
    }

    [Fact]
    public async Task Forgets_a_thread_that_is_deleted_with_its_runs()
    {
        var (thread, run, _) = await LeaveAsync("echoAgent");

        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.DeleteAsync(Server + thread, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.DeleteAsync(Server + thread, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync(Server + run, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync($"{Server}{thread}/runs", Stop)).StatusCode);
    }

    [Fact]
    public async Task Says_that_a_run_is_not_there()
    {
        var id = (string?)(await PostAsync("/threads", "{}"))["thread_id"];

        foreach (var response in new[]
        {
            await server.Client.GetAsync($"{Server}/threads/{id}/runs/{id}", Stop),
            await server.Client.GetAsync($"{Server}/threads/{id}/runs/{id}/stream", Stop),
            await server.PostAsync($"{Server}/threads/{id}/runs/{id}/cancel", "", Stop),
        })
        {
            Assert.Equal((HttpStatusCode.NotFound, "Run not found"), (response.StatusCode, await response.Content.ReadAsStringAsync(Stop)));
        }
    }

    /// <summary>Starts a run and leaves it when the agent has begun to speak.</summary>
    private async Task<(string Thread, string Run, string LastEventId)> LeaveAsync(string graphId)
    {
        var thread = $"/threads/{Guid.NewGuid()}";
        var body = $$"""
            {"assistant_id":"{{graphId}}","input":{"messages":"go"},"metadata":{"of":"test"},
            "if_not_exists":"create","stream_resumable":true,"stream_mode":["messages-tuple","values"]}
            """;
        var heard = await server.StreamAsync($"{Server}{thread}/runs/stream", body, Stop).FirstAsync(item => item.EventType is "messages", Stop);
        var run = (await GetAsync($"{thread}/runs")).AsArray().Single()!;

        return (thread, $"{thread}/runs/{run["run_id"]}", heard.EventId!);
    }

    private async Task<List<SseItem<string>>> JoinAsync(string run, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Server}{run}/stream");
        request.Headers.Add("Last-Event-ID", lastEventId);
        using var response = await server.Client.SendAsync(request, Stop);

        return await SseParser.Create(await response.Content.ReadAsStreamAsync(Stop)).EnumerateAsync(Stop).ToListAsync(Stop);
    }

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await server.Client.GetStringAsync(Server + path, Stop))!;

    private async Task<JsonNode> PostAsync(string path, string body)
    {
        var response = await server.PostAsync(Server + path, body, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;
    }
}
