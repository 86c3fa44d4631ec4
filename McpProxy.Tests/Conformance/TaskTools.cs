using System.ComponentModel;
using McpProxy.Api.Mcp.Tools;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Tests.Conformance;

/// <summary>
/// The suite's tools for tasks. Each calls an agent of <see cref="AskingAgentServer"/> as <c>callAgent</c> does: what is checked are runs of the proxy.
/// </summary>
[McpServerToolType]
internal static class TaskTools
{
    [McpServerTool(Name = "greet"), Description("Says hello.")]
    public static string Greet(string name) => $"Hello, {name}!";

    [McpServerTool(Name = "slow_compute"), Description("Takes as long as it is told.")]
    public static Task<CallToolResult> SlowAsync(RequestContext<CallToolRequestParams> request, int seconds, string label, CancellationToken cancellationToken)
        => CallAsync(request, "slow", $"{seconds}", seconds > 0, cancellationToken);

    [McpServerTool(Name = "failing_job"), Description("Fails.")]
    public static Task<CallToolResult> FailAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
        => CallAsync(request, "failing", "1.5", background: true, cancellationToken);

    [McpServerTool(Name = "confirm_delete"), Description("Asks before it deletes.")]
    public static Task<CallToolResult> ConfirmAsync(RequestContext<CallToolRequestParams> request, string filename, CancellationToken cancellationToken)
        => CallAsync(request, "asking", Schema("confirm", "boolean"), background: true, cancellationToken);

    [McpServerTool(Name = "test_tool_with_task"), Description("Asks for a name first, and takes its time then.")]
    public static Task<CallToolResult> AskAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
        => CallAsync(request, "asking", Schema("name", "string"), background: request.Params.RequestState is not null, cancellationToken);

    private static string Schema(string name, string type)
        => $$$"""{"type":"object","properties":{"{{{name}}}":{"type":"{{{type}}}"}},"required":["{{{name}}}"]}""";

    private static Task<CallToolResult> CallAsync(
        RequestContext<CallToolRequestParams> request, string agent, string message, bool background, CancellationToken cancellationToken)
        => ActivatorUtilities.CreateInstance<CallAgentTool>(request.Services!)
            .CallAgentAsync(request, $"server0:{agent}", message, background: background, cancellationToken: cancellationToken);
}
