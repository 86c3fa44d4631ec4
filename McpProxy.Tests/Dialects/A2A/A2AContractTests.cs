namespace McpProxy.Tests.Dialects.A2A;

public sealed class A2AContractTests(DialectFixture fixture)
    : DialectContractTests("a2a", HostileDialect.A2A, fixture), IClassFixture<DialectFixture>
{
    protected override bool TellsUsage => false;

    protected override bool KeepsEveryThread => true;

    protected override string PathToFindOut => "/.well-known/echoAgent/agent-card.json";
}
