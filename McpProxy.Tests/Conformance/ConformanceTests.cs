using McpProxy.Tests.McpHttp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Conformance;

/// <summary>Is MCP over HTTP what the specification says? The server has all the tools that the suite's scenarios call.</summary>
public sealed class ConformanceTests
{
    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    public async Task Conforms_with_sessions(string revision)
    {
        await using var host = await StartAsync(HttpServerSessionMode.Stateful);

        await ConformanceSuite.Stable.CheckAsync(host.Url, "--suite", "all", "--spec-version", revision);
        await ConformanceSuite.Latest.CheckAsync(host.Url, "--suite", "all", "--spec-version", revision);
    }

    [Theory]
    [InlineData(HttpServerSessionMode.Stateless)]
    [InlineData(HttpServerSessionMode.StatefulForInitializeClients)]
    public async Task Conforms_without_sessions(HttpServerSessionMode mode)
    {
        await using var host = await StartAsync(mode);

        await ConformanceSuite.Latest.CheckAsync(host.Url, "--requirements", "2026-07-28");
    }

    private static Task<McpHost> StartAsync(HttpServerSessionMode mode) => McpHost.StartAsync(
        options => options.SessionMode = mode,
        server => server
            .WithTools([typeof(ContentTools), typeof(AskingTools), typeof(InputRequiredTools)])
            .WithTools([SchemaTool.Create()])
            .WithRequestFilters(filters => filters.AddListToolsFilter(next => async (request, cancellationToken) =>
            {
                var result = await next(request, cancellationToken);
                (result.TimeToLive, result.CacheScope) = (TimeSpan.FromMinutes(5), CacheScope.Public);

                return result;
            })),
        app => app.Use(RefuseRebindingAsync));

    private static Task RefuseRebindingAsync(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin.ToString();
        var isLocal = context.Request.Host.Host == "127.0.0.1" && (origin.Length == 0 || new Uri(origin).Host == "127.0.0.1");
        context.Response.StatusCode = isLocal ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;

        return isLocal ? next(context) : Task.CompletedTask;
    }
}
