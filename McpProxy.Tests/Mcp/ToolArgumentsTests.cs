using System.Text.Json;

namespace McpProxy.Tests.Mcp;

public sealed class ToolArgumentsTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("callAgent", """{}""", "targetAgentId is missing")]
    [InlineData(
        "callAgent", """{"targetAgentId":"","interactionType":"generate","messages":[{"role":"user","content":"x"}]}""",
        "targetAgentId must not be empty")]
    [InlineData(
        "callAgent", """{"targetAgentId":7,"interactionType":"generate","messages":[{"role":"user","content":"x"}]}""",
        "targetAgentId must be of type string")]
    [InlineData(
        "callAgent", """{"targetAgentId":"a","interactionType":"x","messages":[{"role":"user","content":"x"}]}""",
        "interactionType must be one of 'generate', 'stream'")]
    [InlineData("callAgent", """{"targetAgentId":"a","interactionType":"generate"}""", "message is missing")]
    [InlineData("callAgent", """{"targetAgentId":"a","interactionType":"generate","resume":null}""", "message is missing")]
    [InlineData("callAgent", """{"targetAgentId":"a","interactionType":"generate","messages":[]}""", "messages must not be empty")]
    [InlineData("callAgent", """{"targetAgentId":"a","interactionType":"generate","messages":"hi"}""", "messages must be of type array")]
    [InlineData(
        "callAgent", """{"targetAgentId":"a","interactionType":"generate","messages":[{"role":"tool","content":"x"}]}""",
        "messages[0].role must be one of 'user', 'assistant', 'system'")]
    [InlineData("callAgent", """{"targetAgentId":"a","interactionType":"generate","messages":[{"role":"user"}]}""", "messages[0].content is missing")]
    [InlineData(
        "callAgent", """{"targetAgentId":"a","interactionType":"generate","messages":[{"role":"user","content":"x"}],"agentOptions":[]}""",
        "agentOptions must be of type object")]
    [InlineData(
        "callAgent", """{"targetAgentId":"a","interactionType":"generate","messages":[{"role":"user","content":"x"}],"background":"yes"}""",
        "background must be of type boolean")]
    [InlineData("getAgentRun", """{"runId":"r","waitSeconds":51}""", "waitSeconds must be between 0 and 50")]
    [InlineData("getAgentRun", """{"runId":"r","waitSeconds":-1}""", "waitSeconds must be between 0 and 50")]
    [InlineData("getAgentRun", """{"runId":"r","waitSeconds":1.5}""", "waitSeconds must be of type integer")]
    [InlineData("getAgentRun", """{"runId":"r","waitSeconds":"soon"}""", "waitSeconds must be of type integer")]
    [InlineData("connectServer", """{"serverUrl":"http://127.0.0.1:9","serverName":"a:b"}""", "serverName must match ^[A-Za-z0-9_-]+$")]
    [InlineData("connectServer", """{"serverUrl":"http://127.0.0.1:9","validateConnection":"yes"}""", "validateConnection must be of type boolean")]
    [InlineData("describeAgent", """{"agentId":null}""", "agentId must be of type string")]
    [InlineData("disconnectServer", """{"serverName":""}""", "serverName must not be empty")]
    public async Task A_wrong_argument_is_named(string tool, string arguments, string problem)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var failure = await client.FailureAsync(tool, JsonSerializer.Deserialize<JsonElement>(arguments));

        Assert.Equal($"{tool} was called with wrong arguments: {problem}. Correct it and call again.", failure);
    }

    [Fact]
    public async Task An_argument_to_a_tool_that_takes_none_is_ignored()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        await client.FieldsAsync("listAgents", new { foo = 1 });
    }
}
