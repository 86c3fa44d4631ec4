using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Mcp.Tools;

/// <summary>A model pays for each word of an answer, and some clients show it the fields alone. So the fields hold the text once, and little else.</summary>
public sealed class AnswerSizeTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private static readonly string _long = string.Join(' ', Enumerable.Range(0, 1000).Select(number => $"word{number}"));

    [Theory]
    [InlineData("server0:echoAgent", "generate")]
    [InlineData("server0:echoAgent", "stream")]
    [InlineData("server1:echoAgent", "generate")]
    [InlineData("server1:echoAgent", "stream")]
    public async Task An_echo_takes_less_than_700_bytes_in_all(string agentId, string how)
    {
        var answer = await fixture.Proxy.CallAgentAsync($$"""{"targetAgentId":"{{agentId}}","interactionType":"{{how}}","message":"hello"}""");

        Assert.Contains("\"text\":\"echo: hello\"", answer, StringComparison.Ordinal);
        Assert.True(answer.Length < 700, $"{answer.Length} bytes: {answer}");
    }

    [Theory]
    [InlineData("server0:echoAgent", "generate")]
    [InlineData("server0:echoAgent", "stream")]
    [InlineData("server1:echoAgent", "generate")]
    [InlineData("server1:echoAgent", "stream")]
    public async Task The_fields_hold_the_whole_answer_once(string agentId, string how)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var result = await client.AskAsync(agentId, _long, how);

        var fields = Assert.NotNull(result.StructuredContent);
        Assert.Equal($"echo: {_long}", fields.Get("responseData", "text").GetString());
        AssertLittleMore(result.Text(), fields);
    }

    [Fact]
    public async Task An_answer_of_ten_steps_grows_with_its_words_and_names_its_tools()
    {
        await using var agents = LocalServer.Build();
        agents.MapGet("/api/agents", () => new { busy = new { name = "Busy", instructions = "Work." } });
        agents.MapPost("/api/agents/busy/generate", () => Results.Text(TenSteps().ToJsonString(), "application/json"));
        await agents.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={agents.Urls.Single()}");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("busy", "go");

        var fields = Assert.NotNull(result.StructuredContent);
        Assert.Equal(10, fields.Get("toolCalls").GetArrayLength());
        Assert.Equal("""{"name":"look","arguments":{"page":9}}""", fields.Get("toolCalls", 9).GetRawText());
        Assert.Equal("stop", fields.Get("finishReason").GetString());
        Assert.Equal("""{"n":1}""", fields.Get("responseData", "object").GetRawText());
        Assert.Equal(["text", "object", "sources"], fields.Get("responseData").EnumerateObject().Select(member => member.Name));
        AssertLittleMore(result.Text(), fields);
    }

    [Theory]
    [InlineData("server0:weatherAgent", "generate")]
    [InlineData("server0:weatherAgent", "stream")]
    [InlineData("server1:weatherAgent", "generate")]
    [InlineData("server1:weatherAgent", "stream")]
    public async Task The_tools_that_an_agent_called_are_named_with_their_arguments(string agentId, string how)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var fields = Assert.NotNull((await client.AskAsync(agentId, "Paris", how)).StructuredContent);

        Assert.Equal("""[{"name":"weatherTool","arguments":{"city":"Paris"}}]""", fields.Get("toolCalls").GetRawText());
    }

    [Fact]
    public async Task Full_detail_has_the_fields_that_it_always_had()
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl} {fixture.LangGraphUrl}", "MCP_RESULT_DETAIL=full");
        await using var client = await proxy.CreateClientAsync();

        var mastra = Assert.NotNull((await client.AskAsync("server0:weatherAgent", "Paris")).StructuredContent);
        var langGraph = Assert.NotNull((await client.AskAsync("server1:weatherAgent", "Paris")).StructuredContent);

        string[] expected =
            ["success", "responseData", "interactionType", "serverUsed", "agentIdUsed", "fullyQualifiedId", "resolutionMethod", "serverType", "usage"];
        Assert.Equal(expected, mastra.EnumerateObject().Select(member => member.Name));
        Assert.Equal(expected, langGraph.EnumerateObject().Select(member => member.Name));
        Assert.NotEmpty(mastra.Get("responseData", "steps").EnumerateArray());
        Assert.Equal("stop", mastra.Get("responseData", "finishReason").GetString());
        Assert.Equal("It is 21 degrees and sunny in Paris.", langGraph.Get("responseData").GetString());
    }

    [Theory]
    [InlineData("brief")]
    [InlineData("full")]
    public async Task JSON_as_text_is_escaped_only_where_it_must_be(string detail)
    {
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={fixture.MastraUrl}", "MCP_RESULT_TEXT=json", $"MCP_RESULT_DETAIL={detail}");
        await using var client = await proxy.CreateClientAsync();

        var text = (await client.AskAsync("echoAgent", "it's \"so\" — ü")).Text();

        Assert.Contains("""
            echo: it's \"so\" — ü"
            """, text, StringComparison.Ordinal);
        Assert.DoesNotContain("\\u", text, StringComparison.Ordinal);
    }

    private static void AssertLittleMore(string text, JsonElement fields)
    {
        var size = fields.GetRawText().Length;
        Assert.True(size < (1.05 * text.Length) + 700, $"{size} bytes for {text.Length}");
    }

    /// <summary>What a Mastra server answers: each step is there in several forms, and repeats what was said before it.</summary>
    private static JsonObject TenSteps()
    {
        var messages = new JsonArray();
        var steps = new JsonArray();
        foreach (var page in Enumerable.Range(0, 10))
        {
            messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = _long });
            steps.Add(new JsonObject
            {
                ["text"] = _long,
                ["toolCalls"] = new JsonArray(new JsonObject
                {
                    ["type"] = "tool-call",
                    ["payload"] = new JsonObject { ["toolCallId"] = $"{page}", ["toolName"] = "look", ["args"] = new JsonObject { ["page"] = page } },
                }),
                ["response"] = new JsonObject { ["messages"] = messages.DeepClone() },
            });
        }

        return new()
        {
            ["text"] = _long,
            ["object"] = new JsonObject { ["n"] = 1 },
            ["steps"] = steps,
            ["messages"] = messages.DeepClone(),
            ["rememberedMessages"] = messages.DeepClone(),
            ["request"] = new JsonObject { ["body"] = _long },
            ["response"] = new JsonObject { ["messages"] = messages.DeepClone() },
            ["toolResults"] = new JsonArray(new JsonObject { ["result"] = _long }),
            ["sources"] = new JsonArray(new JsonObject { ["url"] = "https://agents.example.com" }),
            ["files"] = new JsonArray(),
            ["warnings"] = new JsonArray(),
            ["finishReason"] = "stop",
        };
    }
}
