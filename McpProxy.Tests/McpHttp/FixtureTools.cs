using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpProxy.Tests.McpHttp;

#pragma warning disable CA1812 // The MCP server makes it.
[McpServerToolType]
internal sealed class FixtureTools(ToolLog log, IHttpContextAccessor http)
{
    [McpServerTool(Name = "caller"), Description("Says who calls.")]
    public string Caller() => $"{http.HttpContext?.Request.Headers.UserAgent}";

    [McpServerTool(Name = "echo"), Description("Repeats a text.")]
    public static string Echo(string text) => text;

    [McpServerTool(Name = "report"), Description("Reports its progress.")]
    public static string Report(IProgress<ProgressNotificationValue> progress)
    {
        progress.Report(new() { Progress = 1 });

        return "reported";
    }

    [McpServerTool(Name = "work"), Description("Works until it is released or cancelled.")]
    public async Task<string> WorkAsync(string name, CancellationToken cancellationToken)
    {
        log.Add($"{name} started");
        try
        {
            await log.WhenAsync($"{name} released", cancellationToken);
            log.Add($"{name} done");
        }
        catch (OperationCanceledException)
        {
            log.Add($"{name} cancelled");
            throw;
        }

        return name;
    }

    [McpServerTool(Name = "ignore"), Description("Works on, whether it is cancelled or not.")]
    public async Task<string> IgnoreAsync(string name)
    {
        log.Add($"{name} started");
        await log.WhenAsync($"{name} released", CancellationToken.None);
        log.Add($"{name} done");

        return name;
    }
}
