namespace McpProxy.Tests.Dialects;

public sealed class LangGraphContractTests(DialectFixture fixture)
    : DialectContractTests("langgraph", HostileAgentServer.FriendlyGraph, fixture), IClassFixture<DialectFixture>;
