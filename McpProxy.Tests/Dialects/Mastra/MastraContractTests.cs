namespace McpProxy.Tests.Dialects.Mastra;

public sealed class MastraContractTests(DialectFixture fixture)
    : DialectContractTests("mastra", HostileDialect.Mastra, fixture), IClassFixture<DialectFixture>;
