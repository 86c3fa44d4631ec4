using System.Text.Json;

namespace McpProxy.Tests.Dialects.OpenAI;

/// <summary>Conversations by the ids of their responses or by a name, and agents that wait to be allowed something in them.</summary>
public sealed class OpenAIThreadTests(ScriptedServers servers) : IClassFixture<ScriptedServers>
{
    [Theory]
    [InlineData("new", "", """{"id":"resp_2"}""", "resp_2")]
    [InlineData("resp_1", ""","previous_response_id":"resp_1" """, """{"id":"resp_2"}""", "resp_2")]
    [InlineData("resp:m-1", ""","previous_response_id":"m-1" """, """{"id":"m-2"}""", "resp:m-2")]
    [InlineData("conv_1", ""","conversation":"conv_1" """, """{"id":"resp_2","conversation":{"id":"conv_1"}}""", "conv_1")]
    [InlineData("new", "", """{"id":"resp_2","conversation":{"id":"conv_2"}}""", "conv_2")]
    [InlineData("new", "", """{"id":"resp_2","store":false}""", null)]
    public async Task Goes_on_where_the_thread_says_and_tells_where_the_next_turn_does(string threadId, string sent, string answer, string? next)
    {
        var server = await ConnectAsync(answer);

        var result = await servers.Client.CallAsync("callAgent", new { targetAgentId = $"{server}:echo", message = "hi", threadId });

        Assert.Equal([$$"""v1/responses {"model":"echo","input":"hi"{{sent.Trim()}}}"""], servers.PostsTo(server));
        Assert.Equal(next, result.StructuredContent!.Value.TryGetProperty("threadId", out var told) ? told.GetString() : null);
    }

    [Theory]
    [InlineData("true", true, true)]
    [InlineData("""{"approve":false,"reason":"Not now."}""", false, false)]
    [InlineData("""{"mcpr_1":true,"mcpr/2 #":{"approve":false}}""", true, false)]
    public async Task Answers_what_an_agent_waits_for(string resume, bool first, bool second)
    {
        var server = await ConnectAsync(
            """
            {"id":"resp_1","output":[{"type":"mcp_approval_request","id":"mcpr_1","name":"drop","arguments":"{\"table\":\"a\"}","server_label":"db"},
            {"type":"mcp_approval_request","id":"mcpr/2 #","name":"drop","arguments":"{\"table\":\"b\"}"}]}
            """);

        var asked = await servers.Client.AskAsync($"{server}:echo", "hi");
        var threadId = asked.StructuredContent!.Value.Get("threadId").GetString();
        await servers.Client.CallAsync("callAgent", new { targetAgentId = $"{server}:echo", threadId, resume = JsonElement.Parse(resume) });

        Assert.Contains("mcpr_1: call 'drop' with {\"table\":\"a\"}", asked.Text(), StringComparison.Ordinal);
        Assert.Equal("b", asked.StructuredContent!.Value.Get("interrupt", 1, "arguments", "table").GetString());
        var sent = JsonElement.Parse(servers.PostsTo(server)[1].Split(' ', 2)[1]);
        Assert.Equal("resp_1", sent.Get("previous_response_id").GetString());
        Assert.Equal(
            [("mcpr_1", first), ("mcpr/2 #", second)],
            sent.Get("input").EnumerateArray().Select(item => (item.Get("approval_request_id").GetString()!, item.Get("approve").GetBoolean())));
    }

    [Theory]
    [InlineData("resp_1", "true", "Nothing waits for an answer there")]
    [InlineData("resp_1#a#b", "\"yes\"", "resume must be true, false or")]
    [InlineData("resp_1#a#b", """{"a":true}""", "an object with one of these for each of 'a', 'b'")]
    [InlineData("resp_1#a#b", """{"a":true,"c":true}""", "an object with one of these for each of 'a', 'b'")]
    public async Task Sends_no_answer_that_answers_nothing(string threadId, string resume, string expected)
    {
        var server = await ConnectAsync("{}");

        var failure = await servers.Client.FailureAsync(
            "callAgent", new { targetAgentId = $"{server}:echo", threadId, resume = JsonElement.Parse(resume) });

        Assert.Contains(expected, failure, StringComparison.Ordinal);
        Assert.Empty(servers.PostsTo(server));
    }

    private Task<string> ConnectAsync(string answer)
    {
        var members = answer.Trim()[1..^1];

        return servers.ConnectAsync((about, _) => about is "POST v1/responses"
            ? (200, $$"""{"status":"completed",{{(members.Contains("\"output\"", StringComparison.Ordinal) ? "" : "\"output\":[],")}}{{members}}}""")
            : null);
    }
}
