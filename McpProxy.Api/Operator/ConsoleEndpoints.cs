using McpProxy.Api.Access;
using McpProxy.Api.Runs;

namespace McpProxy.Api.Operator;

/// <summary>What MCP has no words for, as JSON: for the page at <c>/</c> and for scripts. Only there with <c>MCP_CONSOLE=true</c>.</summary>
internal static class ConsoleEndpoints
{
    public const string Path = "/operator";

    public static OperatorOptions AddConsole(this IHostApplicationBuilder builder)
    {
        var options = builder.AddSettings<OperatorOptions>();
        if (options.Console)
        {
            builder.AddCallHistory();
            builder.Services.AddSingleton<ConsoleEvents>();
        }

        return options;
    }

    public static void MapConsole(this WebApplication app, OperatorOptions options)
    {
        if (options.Console)
        {
            var console = app.MapGroup(Path).RequireAuthorization().RequireRateLimiting(CallerLimits.Name);
            console.MapViewer();
            console.MapCalls();
            console.MapAgentFigures();
            console.MapSettings();
            console.MapEvents();
        }
    }
}
