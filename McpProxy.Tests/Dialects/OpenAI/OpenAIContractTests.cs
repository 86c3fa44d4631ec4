namespace McpProxy.Tests.Dialects.OpenAI;

/// <summary>With agents that are entities, as the Microsoft Agent Framework has them.</summary>
public sealed class OpenAIContractTests(DialectFixture fixture)
    : DialectContractTests("openai", HostileDialect.OpenAI, fixture), IClassFixture<DialectFixture>;
