using McpProxy.Tests.Infrastructure;
using McpProxy.Tests.McpHttp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;

namespace McpProxy.Tests.Conformance;

public sealed class ConformanceTests
{
    private const string FixturesExpectations = "expected-failures.fixtures.yml";
    private const string ProxyExpectations = "expected-failures.proxy.yml";

    [Fact]
    public async Task A_server_with_sessions_and_the_tools_of_the_suite_conforms()
    {
        await using var host = await McpHost.StartAsync(options => options.SessionMode = HttpServerSessionMode.Stateful, AddSuiteTools, RefuseRebinding);

        await ConformanceSuite.Stable.CheckAsync(host.Url, FixturesExpectations, "2025-06-18");
        await ConformanceSuite.Stable.CheckAsync(host.Url, FixturesExpectations, "2025-11-25");
        await ConformanceSuite.Latest.CheckAsync(host.Url, FixturesExpectations, "2025-11-25");
    }

    [Fact]
    public async Task A_server_without_sessions_and_with_the_tools_of_the_suite_conforms()
    {
        await using var host = await McpHost.StartAsync(options => options.SessionMode = HttpServerSessionMode.Stateless, AddSuiteTools, RefuseRebinding);

        await ConformanceSuite.Latest.CheckAsync(host.Url, FixturesExpectations, "2026-07-28");
    }

    [Fact]
    public async Task The_proxy_conforms()
    {
        await using var proxy = await Proxy.StartAsync();

        await ConformanceSuite.CheckEachRevisionAsync(proxy.Endpoint, ProxyExpectations);
    }

    private static void AddSuiteTools(IMcpServerBuilder server) => server
        .WithTools([typeof(ContentTools), typeof(AskingTools), typeof(InputRequiredTools)])
        .WithTools([SchemaTool.Create()]);

    private static void RefuseRebinding(WebApplication app) => app.Use((context, next) =>
    {
        var origin = context.Request.Headers.Origin.ToString();
        var isLocal = context.Request.Host.Host == "127.0.0.1" && (origin.Length == 0 || new Uri(origin).Host == "127.0.0.1");
        context.Response.StatusCode = isLocal ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;

        return isLocal ? next() : Task.CompletedTask;
    });
}
