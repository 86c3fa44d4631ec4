namespace McpProxy.Tests.Dialects.LangGraph;

public sealed class LangGraphContractTests(DialectFixture fixture)
    : DialectContractTests("langgraph", HostileAgentServer.FriendlyGraph, fixture), IClassFixture<DialectFixture>;
