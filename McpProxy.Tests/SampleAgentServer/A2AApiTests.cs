using System.Text.Json.Nodes;
using McpProxy.Tests.Dialects.A2A;

namespace McpProxy.Tests.SampleAgentServer;

/// <summary>The sample agents in every form of A2A, as the proxy uses them.</summary>
public sealed class A2AApiTests(SampleAgentServerFixture sample, A2AScripts scripts) : IClassFixture<SampleAgentServerFixture>, IClassFixture<A2AScripts>
{
    [Theory]
    [InlineData("JSONRPC", "1.0")]
    [InlineData("HTTP+JSON", "1.0")]
    [InlineData("JSONRPC", "0.3")]
    [InlineData("HTTP+JSON", "0.3")]
    public async Task Answers_asks_and_goes_on_in_every_form(string protocolBinding, string protocolVersion)
    {
        var (echo, approval) = (await ConnectAsync("echoAgent"), await ConnectAsync("approvalAgent"));

        foreach (var interactionType in new[] { "generate", "stream" })
        {
            var asked = await scripts.AskAsync(approval, interactionType);
            var threadId = asked.StructuredContent!.Value.Get("threadId").GetString();
            var answered = await scripts.Client.CallAsync(
                "callAgent", new { targetAgentId = $"{approval.Name}:agent", threadId, resume = new { approved = true }, interactionType });

            Assert.Equal("echo: hi", (await scripts.AskAsync(echo, interactionType)).Text());
            Assert.Contains("May I do this: hi", asked.Text(), StringComparison.Ordinal);
            Assert.Equal("done: hi", answered.Text());
        }

        Task<A2AScript> ConnectAsync(string agent) => scripts.ConnectAsync(
            request => request.ErrorAsync(-32601),
            card => card["supportedInterfaces"]![0] = new JsonObject
            {
                ["url"] = $"{sample.Client.BaseAddress}a2a/{agent}",
                ["protocolBinding"] = protocolBinding,
                ["protocolVersion"] = protocolVersion,
            });
    }

    [Theory]
    [InlineData("1.0", "supportedInterfaces")]
    [InlineData("0.3", "additionalInterfaces")]
    public async Task Shows_a_card_in_the_version_that_is_asked_for(string version, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a2a/.well-known/echoAgent/agent-card.json") { Headers = { { "A2A-Version", version } } };

        using var response = await sample.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var card = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal("echoAgent", (string?)card["name"]);
        Assert.NotNull(card[expected]);
    }
}
