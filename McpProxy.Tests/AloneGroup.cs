namespace McpProxy.Tests;

/// <summary>Tests that take so much of the machine that they would disturb others: they run when those are done, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneGroup
{
    public const string Name = "Alone";
}
