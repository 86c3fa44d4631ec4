namespace McpProxy.Tests.Interop;

/// <summary>OpenAI's own client from npm must understand the sample agent server, as whose answers the proxy is tested.</summary>
public sealed class OpenAIClientTests(SampleAgentServerFixture agents) : IClassFixture<SampleAgentServerFixture>
{
    [Fact]
    public async Task The_sample_agent_server_answers_as_the_client_expects()
    {
        Assert.SkipUnless(OpenAITool.IsInstalled, OpenAITool.NotInstalled);

        var run = await OpenAITool.CheckAsync($"{agents.Client.BaseAddress}openai/v1", TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode is 0, run.Errors);
        Assert.Equal("as OpenAI's", run.Output.Trim());
    }
}
