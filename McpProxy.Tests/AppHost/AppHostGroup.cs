namespace McpProxy.Tests.AppHost;

/// <summary>Tests that run the whole AppHost go one after the other: each is half a dozen processes.</summary>
[CollectionDefinition(Name)]
public sealed class AppHostGroup
{
    public const string Name = "AppHost";
}
