namespace McpProxy.Tests.Dialects;

public sealed class MastraContractTests(DialectFixture fixture)
    : DialectContractTests("mastra", HostileAgentServer.Friendly, fixture), IClassFixture<DialectFixture>;
