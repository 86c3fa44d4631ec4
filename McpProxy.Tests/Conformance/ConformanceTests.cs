using McpProxy.Tests.McpHttp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;

namespace McpProxy.Tests.Conformance;

public sealed class ConformanceTests
{
    [Fact]
    public async Task A_server_with_every_tool_of_the_suite_conforms()
    {
        await using var host = await McpHost.StartAsync(
            options => options.SessionMode = HttpServerSessionMode.StatefulForInitializeClients, AddSuiteTools, RefuseRebinding);

        await ConformanceSuite.CheckEachRevisionAsync(host.Url, "expected-failures.fixtures.yml");
        await ConformanceSuite.Stable.CheckAsync(host.Url, "expected-failures.fixtures.yml", "2025-11-25");
    }

    [Fact]
    public async Task A_server_without_sessions_and_with_tools_of_its_own_conforms()
    {
        await using var host = await McpHost.StartAsync(
            options => options.SessionMode = HttpServerSessionMode.Stateless, addMiddleware: RefuseRebinding);

        await ConformanceSuite.CheckEachRevisionAsync(host.Url, "expected-failures.proxy.yml");
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
