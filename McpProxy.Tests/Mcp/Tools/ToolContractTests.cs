using System.Text.Json;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Mcp.Tools;

/// <summary>What MCP clients, and the prompts written for them, rely on.</summary>
public sealed class ToolContractTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("listAgents", "", "")]
    [InlineData("describeAgent", "agentId, serverUrl", "agentId")]
    [InlineData(
        "callAgent", "targetAgentId, message, messages, interactionType, serverUrl, threadId, resourceId, agentOptions, background, resume",
        "targetAgentId")]
    [InlineData("getAgentRun", "runId, waitSeconds", "runId")]
    [InlineData("cancelAgentRun", "runId", "runId")]
    [InlineData("connectServer", "serverUrl, serverName, serverType, validateConnection, agents", "serverUrl")]
    [InlineData("disconnectServer", "serverName", "serverName")]
    public async Task A_tool_takes_these_arguments(string name, string arguments, string required)
    {
        var tool = await ToolAsync(name);

        Assert.Equal(
            Split(arguments),
            tool.JsonSchema.TryGetProperty("properties", out var properties)
                ? properties.EnumerateObject().Select(property => property.Name)
                : []);
        Assert.Equal(
            Split(required),
            tool.JsonSchema.TryGetProperty("required", out var names)
                ? names.EnumerateArray().Select(argument => argument.GetString()!)
                : []);
        Assert.All(
            tool.JsonSchema.TryGetProperty("properties", out var described) ? described.EnumerateObject().ToList() : [],
            property => Assert.NotEmpty(property.Value.Get("description").GetString()!));
    }

    [Theory]
    [InlineData("listAgents", true, false, true, true)]
    [InlineData("describeAgent", true, false, true, true)]
    [InlineData("callAgent", false, true, false, true)]
    [InlineData("getAgentRun", true, false, true, true)]
    [InlineData("cancelAgentRun", false, true, true, true)]
    [InlineData("connectServer", false, false, true, true)]
    [InlineData("disconnectServer", false, true, true, false)]
    public async Task A_tool_tells_what_it_may_do(string name, bool readOnly, bool destructive, bool idempotent, bool openWorld)
    {
        var annotations = (await ToolAsync(name)).ProtocolTool.Annotations;

        Assert.Equal(
            (readOnly, destructive, idempotent, openWorld),
            (annotations?.ReadOnlyHint, annotations?.DestructiveHint, annotations?.IdempotentHint, annotations?.OpenWorldHint));
    }

    [Fact]
    public async Task All_tools_together_cost_a_conversation_little()
    {
        var listed = await fixture.Proxy.AskAsync("tools/list", "{}");

        Assert.True(listed.Length < 6000, $"{listed.Length} bytes");
        Assert.Contains("\"callAgent\"", listed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2026-07-28")]
    public async Task No_schema_holds_what_some_clients_refuse(string revision)
    {
        await using var client = await fixture.Proxy.CreateClientAsync(revision);
        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(tools, tool =>
        {
            Assert.DoesNotContain("null", tool.JsonSchema.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain("\"type\":[", tool.JsonSchema.GetRawText(), StringComparison.Ordinal);
            Assert.Null(tool.ReturnJsonSchema);
        });
    }

    [Fact]
    public async Task Every_tool_says_the_same_to_every_client_and_never_tells_the_model_to_act_on_its_own()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();
        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);

        foreach (var tool in tools)
        {
            var text = JsonSerializer.Serialize(tool.ProtocolTool, ModelContextProtocol.McpJsonUtilities.DefaultOptions);
            Assert.DoesNotMatch(
                "(?i)automatically|proactively|without asking|do not ask|don't ask|immediately|always (connect|call|use)|must (connect|call|use)",
                text);
        }
    }

    private async Task<McpClientTool> ToolAsync(string name)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        return (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Single(tool => tool.Name == name);
    }

    private static string[] Split(string list) => list.Split(", ", StringSplitOptions.RemoveEmptyEntries);
}
