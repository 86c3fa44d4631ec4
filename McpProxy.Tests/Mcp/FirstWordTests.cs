namespace McpProxy.Tests.Mcp;

/// <summary>What an agent says reaches a client that asked for progress while the agent is still at work, over every transport and revision.</summary>
public sealed class FirstWordTests
{
    private const string Mastra = "server0:" + GatedAgentServer.Agent;
    private const string LangGraph = "server1:" + GatedAgentServer.Agent;

    public static TheoryData<string, string> FrontDoors => FrontDoor.All;

    [Theory]
    [MemberData(nameof(FrontDoors))]
    public async Task The_first_word_comes_before_the_agent_says_the_next(string transport, string revision)
    {
        await using var agents = await GatedAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var door = await FrontDoor.OpenAsync(
            transport, revision, $"AGENT_SERVERS={agents.MastraUrl} {agents.LangGraphUrl}", "MCP_CALL_TIMEOUT_SECONDS=60");

        foreach (var (agentId, interactionType) in new[] { (Mastra, "stream"), (Mastra, "generate"), (LangGraph, "stream"), (LangGraph, "generate") })
        {
            // The agent goes on only when its first word has been heard. Otherwise there is no answer.
            var heard = new Hearing(words => LetGoOn(words, agents));

            var result = await door.Client.AskAsync(agentId, "Say something.", interactionType, heard);

            Assert.Equal(GatedAgentServer.Answer, result.Text());
            Assert.Equal(GatedAgentServer.FirstWord, heard.Values.First().Message);
            Assert.Equal(1, heard.Values.First().Progress);
        }
    }

    private static void LetGoOn(string words, GatedAgentServer agents)
    {
        if (words is GatedAgentServer.FirstWord)
        {
            agents.LetOneGoOn();
        }
    }
}
