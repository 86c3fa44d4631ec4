using System.Text.Json;

namespace McpProxy.Tests.Interop;

/// <summary>Questions and tasks through the official TypeScript clients.</summary>
public sealed class ForeignConversationTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1", "http", false)]
    [InlineData("v1", "stdio", true)]
    [InlineData("v2-auto", "http", true)]
    [InlineData("v2-modern", "stdio", true)]
    public async Task A_TypeScript_client_asks_its_user_where_it_can(string client, string transport, bool canAsk)
    {
        Assert.SkipUnless(NodeTool.IsInstalled, NodeTool.NotInstalled);
        string[] server = transport is "http"
            ? [$"{fixture.Proxy.Endpoint}"]
            : [.. ProxyProgram.Words, "--MCP_TRANSPORT=stdio", $"--AGENT_SERVERS=mastra+{fixture.MastraUrl},langgraph+{fixture.LangGraphUrl}"];

        var run = await NodeTool.CallAsync(client, "callAgent", Call("server1:approvalAgent", background: false), server, CancellationToken);

        Assert.True(run.ExitCode is 0, run.Errors);
        var told = JsonSerializer.Deserialize<JsonElement>(run.Output);
        Assert.StartsWith(
            canAsk ? "done: go" : "The agent stopped and waits for an answer to this: May I do this: go",
            told.Get("result", "content", 0, "text").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(canAsk ? ["Agent 'server1:approvalAgent' asks: May I do this: go"] : Array.Empty<string>(), Texts(told.Get("asked")));
    }

    [Theory]
    [InlineData("approvalAgent", true, "task", "completed", "done: go")]
    [InlineData("approvalAgent", false, "immediate", "completed", "done: go")]
    [InlineData("slowAgent", true, "task", "cancelled", null)]
    public async Task The_TypeScript_client_for_tasks_settles_them(string agent, bool background, string kind, string status, string? text)
    {
        Assert.SkipUnless(NodeTool.IsInstalled, NodeTool.NotInstalled);

        var run = await NodeTool.CallAsTaskAsync(
            "callAgent", Call($"server1:{agent}", background), fixture.Proxy.Endpoint, cancel: status is "cancelled", CancellationToken);

        Assert.True(run.ExitCode is 0, run.Errors);
        var told = JsonSerializer.Deserialize<JsonElement>(run.Output);
        Assert.Equal((kind, status), (told.Get("kind").GetString(), told.Get("status").GetString()));
        Assert.Equal(text, told.TryGetProperty("result", out var result) ? result.Get("content", 0, "text").GetString() : null);
        Assert.Equal(agent is "approvalAgent" ? ["Agent 'server1:approvalAgent' asks: May I do this: go"] : Array.Empty<string>(), Texts(told.Get("asked")));
    }

    private static string Call(string agent, bool background) => JsonSerializer.Serialize(new { targetAgentId = agent, message = "go", background });

    private static IEnumerable<string?> Texts(JsonElement texts) => texts.EnumerateArray().Select(text => text.GetString());
}
