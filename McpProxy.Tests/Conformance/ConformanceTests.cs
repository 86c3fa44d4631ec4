using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.Tests.Conformance;

public sealed class ConformanceTests
{
    private const string FixturesExpectations = "expected-failures.fixtures.yml";
    private const string ProxyExpectations = "expected-failures.proxy.yml";

    [Fact]
    public async Task The_proxy_conforms()
    {
        await using var proxy = await Proxy.StartAsync();

        await ConformanceSuite.CheckEachRevisionAsync(proxy.Endpoint, ProxyExpectations);
    }

    [Fact]
    public async Task The_proxy_conforms_with_sessions_and_the_tools_of_the_suite()
    {
        await using var proxy = await Proxy.StartAsync(AddSuiteTools, "MCP_SESSIONS=true");

        await ConformanceSuite.Stable.CheckAsync(proxy.Endpoint, FixturesExpectations, "2025-06-18");
        await ConformanceSuite.Stable.CheckAsync(proxy.Endpoint, FixturesExpectations, "2025-11-25");
        await ConformanceSuite.Latest.CheckAsync(proxy.Endpoint, FixturesExpectations, "2025-11-25");
    }

    [Fact]
    public async Task The_proxy_conforms_without_sessions_and_with_the_tools_of_the_suite()
    {
        await using var proxy = await Proxy.StartAsync(AddSuiteTools);

        await ConformanceSuite.Latest.CheckAsync(proxy.Endpoint, FixturesExpectations, "2026-07-28");
    }

    private static void AddSuiteTools(IServiceCollection services) => services.AddMcpServer()
        .WithTools([typeof(ContentTools), typeof(AskingTools), typeof(InputRequiredTools)])
        .WithTools([SchemaTool.Create()]);
}
