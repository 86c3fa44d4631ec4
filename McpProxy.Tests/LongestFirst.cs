using Xunit.Sdk;
using Xunit.v3;

namespace McpProxy.Tests;

/// <summary>The tests of the AppHost, which go one after the other, decide how long all take: they begin first.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection
        => [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName is not AppHost.AppHostGroup.Name)];
}
