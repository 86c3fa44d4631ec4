using McpProxy.Api.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Console;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp;

/// <summary>MCP over standard input and output.</summary>
internal static class TransportExtensions
{
    /// <summary>Lets the end wait until calls are answered. Over HTTP, <see cref="RequestReader"/> does.</summary>
    public static IMcpServerBuilder WithAnsweredCalls(this IMcpServerBuilder builder)
        => builder.WithMessageFilters(filters => filters.AddIncomingFilter(next => async (context, cancellationToken) =>
        {
            using var work = context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.ToolsCall }
                ? context.Services!.GetRequiredService<OrderlyEnd>().Enter()
                : null;
            await next(context, cancellationToken);
        }));

    /// <summary>Nothing but the protocol on standard output, logs on standard error, and no web server.</summary>
    public static void UseStdio(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IServer, NoServer>();
        builder.Services.AddSingleton<ITransport, StdioTransport>();
    }

    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
            => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
