using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Mcp.Questions;

/// <summary>What an agent says its answer has to be, and the form that a user gets for it.</summary>
public sealed class AnswerFormTests : IAsyncLifetime
{
    private AskingAgentServer _agents = null!;
    private Proxy _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _agents = await AskingAgentServer.StartAsync();
        _proxy = await Proxy.StartAsync($"AGENT_SERVERS={_agents.Url}");
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _agents.DisposeAsync();
    }

    [Theory]
    [InlineData("anything", """{"answer":"words"}""", "\"words\"", "answer:string!")]
    [InlineData("anything", """{"answer":"[1, 2]"}""", "[1,2]", "answer:string!")]
    [InlineData("anything", """{"answer":"[not JSON]"}""", "\"[not JSON]\"", "answer:string!")]
    [InlineData("""{"type":"boolean"}""", """{"answer":false}""", """{"approved":false}""", "answer:boolean!")]
    [InlineData("""{"type":"integer"}""", """{"answer":7}""", "7", "answer:integer!")]
    [InlineData("""{"type":"string","enum":["red","blue"]}""", """{"answer":"blue"}""", "\"blue\"", "answer:string!")]
    [InlineData(
        """{"type":"object","properties":{"city":{"type":"string"},"nights":{"type":"integer"},"late":{"type":"boolean"}},"required":["city"]}""",
        """{"city":"Paris","late":true,"other":1}""", """{"city":"Paris","late":true}""", "city:string! nights:integer late:boolean")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object"}}}""", """{"answer":"{\"a\":{}}"}""", """{"a":{}}""", "answer:string!")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"null"}]}""", """{"answer":"\"x\""}""", "\"x\"", "answer:string!")]
    [InlineData("""{"type":["string","null"]}""", """{"answer":"1"}""", "1", "answer:string!")]
    [InlineData("""{"type":7,"properties":[]}""", """{"answer":"{}"}""", "{}", "answer:string!")]
    public async Task Fits_what_the_agent_takes(string schema, string filled, string sent, string fields)
    {
        var user = new AskedUser(("accept", JsonSerializer.Deserialize<JsonElement>(filled)));
        await using var client = await user.ConnectAsync(_proxy.Endpoint);

        var answer = await client.AskAsync("server0:asking", schema);

        Assert.Equal($"answered: {sent}", answer.Text());
        var form = Assert.Single(user.Asked);
        Assert.StartsWith("Agent 'server0:asking' asks: {\"question\":\"What now?\"}", form.Message, StringComparison.Ordinal);
        Assert.Equal(
            fields,
            string.Join(' ', form.RequestedSchema!.Properties.Select(
                field => $"{field.Key}:{field.Value.Type}{(IsRequired(form, field.Key) ? "!" : "")}")));
    }

    [Theory]
    [InlineData("""{"type":"boolean"}""", """{"answer":"true"}""", "'answer' must be true or false")]
    [InlineData("""{"type":"integer"}""", """{"answer":1.5}""", "'answer' must be of type integer")]
    [InlineData("""{"type":"string","enum":["red","blue"]}""", """{"answer":"green"}""", "'answer' must be one of 'red', 'blue'")]
    [InlineData("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""", "{}", "'city' is missing")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object"}}}""", """{"answer":"no JSON"}""", "'answer' must be JSON")]
    [InlineData("anything", """{"answer":1}""", "'answer' must be text")]
    public async Task What_does_not_fit_is_not_sent(string schema, string filled, string problem)
    {
        await using var client = await new AskedUser(("accept", JsonSerializer.Deserialize<JsonElement>(filled))).ConnectAsync(_proxy.Endpoint);

        var refused = await client.AskAsync("server0:asking", schema);

        Assert.True(refused.IsError);
        Assert.Equal($"The agent was not sent the answer: {problem}. Correct it and send it again.", refused.Text());
    }

    [Fact]
    public async Task A_poisoned_schema_does_no_harm()
    {
        var user = new AskedUser(("accept", new { answer = "{}" }), ("accept", new { a = "x" }));
        await using var client = await user.ConnectAsync(_proxy.Endpoint);
        var (tooLong, label) = (new string('x', 10_000), JsonSerializer.Serialize($"<script>\u202E{new string('x', 3000)}"));

        await client.AskAsync("server0:asking", $$"""{"type":"object","description":"{{tooLong}}","properties":{"a":{"type":"string"} } }""");
        await client.AskAsync("server0:asking", $$"""{"type":"object","properties":{"a":{"type":"string","title":{{label}} } } }""");

        Assert.True(user.Asked[0].RequestedSchema!.Properties["answer"].Description is null);
        Assert.Equal($"<script>{new string('x', 491)}…", user.Asked[1].RequestedSchema!.Properties["a"].Title);
    }

    private static bool IsRequired(ElicitRequestParams form, string name) => form.RequestedSchema!.Required?.Contains(name) is true;
}
