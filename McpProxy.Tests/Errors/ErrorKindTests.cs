using McpProxy.Api.Errors;

namespace McpProxy.Tests.Errors;

/// <summary>What a program reads of a failure: <c>structuredContent.error</c>.</summary>
public sealed class ErrorKindTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    public static TheoryData<string, object, string> Failures => new()
    {
        { "callAgent", new { targetAgentId = "server0:weatherAgent" }, "invalid_argument" },
        { "callAgent", new { targetAgentId = "server0:", message = "hi" }, "invalid_argument" },
        { "callAgent", new { targetAgentId = "nobody", message = "hi" }, "not_found" },
        { "callAgent", new { targetAgentId = "server0:nobody", message = "hi" }, "agent_not_found" },
        { "callAgent", new { targetAgentId = "weatherAgent", message = "hi" }, "ambiguous" },
        { "callAgent", new { targetAgentId = "weatherAgent", message = "hi", serverUrl = "http://127.0.0.1:1" }, "unreachable" },
        { "callAgent", new { targetAgentId = "weatherAgent", message = "hi", serverUrl = "http://169.254.169.254" }, "refused_by_policy" },
        { "describeAgent", new { agentId = "server0:nobody" }, "agent_not_found" },
        { "getAgentRun", new { runId = "run_nobody" }, "not_found" },
        { "connectServer", new { serverUrl = "nowhere" }, "invalid_argument" },
        { "disconnectServer", new { serverName = "server0" }, "refused_by_policy" },
        { "disconnectServer", new { serverName = "nobody" }, "not_found" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task The_kind_of_a_failure_stands_beside_its_sentence(string tool, object arguments, string kind)
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var result = await client.CallAsync(tool, arguments);

        var error = Assert.NotNull(result.StructuredContent).GetProperty("error");
        Assert.True(result.IsError);
        Assert.Equal(kind, error.GetProperty("kind").GetString());
        Assert.Equal(result.Text(), error.GetProperty("message").GetString());
    }

    [Fact]
    public void Every_kind_has_a_name_for_programs()
        => Assert.All(Enum.GetValues<ErrorKind>(), kind => Assert.Matches("^\"[a-z_]+\"$", System.Text.Json.JsonSerializer.Serialize(kind)));
}
