namespace McpProxy.Tests.Interop;

/// <summary>A Mastra server, which also speaks A2A: it has a card for each agent, and lists none of them.</summary>
public sealed class A2AMastraContractTests(RealAgentServers servers) : A2AServerContractTests(servers, RealServer.Mastra1, "api");

/// <summary>The official A2A server for JavaScript.</summary>
public sealed class A2AJavaScriptContractTests(RealAgentServers servers) : A2AServerContractTests(servers, RealServer.A2A, "rpc");

public abstract class A2AServerContractTests(RealAgentServers servers, RealServer kind, string path)
    : RealServerContractTests(servers, kind, "a2a", kind is RealServer.A2A ? _official : RealAgents.Mastra)
{
    private static readonly RealAgents _official = RealAgents.Mastra with { Failure = "the agent is out of order" };

    protected override bool TellsUsage => false;

    protected override bool KeepsEveryThread => true;

    protected override string[] SettingsFor(Uri url)
        => [$"AGENT_SERVERS=real=a2a+{url}{path}", "AGENT_SERVER_AGENTS:real=echoAgent slowAgent weatherAgent memoryAgent failAgent"];
}
