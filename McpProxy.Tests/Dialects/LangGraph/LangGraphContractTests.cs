namespace McpProxy.Tests.Dialects.LangGraph;

public sealed class LangGraphContractTests(DialectFixture fixture)
    : DialectContractTests("langgraph", HostileDialect.LangGraph, fixture), IClassFixture<DialectFixture>;
