namespace McpProxy.Tests.Dialects.Mastra;

public sealed class MastraContractTests(DialectFixture fixture)
    : DialectContractTests("mastra", HostileAgentServer.Friendly, fixture), IClassFixture<DialectFixture>;
