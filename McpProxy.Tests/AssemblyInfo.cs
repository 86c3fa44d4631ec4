using McpProxy.Tests;

[assembly: AssemblyFixture(typeof(RealAgentServers))]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]
