using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using McpProxy.Api.Runs;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp.Tools;

[McpServerToolType]
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = ArgumentSchema.MinLengthNeedsNoReflection)]
internal sealed class CancelAgentRunTool(RunFollower runs, Caller caller, MemoryLease memory, McpOptions options)
{
    public const string Name = "cancelAgentRun";

    [McpServerTool(Name = Name, Title = "Cancel an agent's run", ReadOnly = false, Idempotent = true, OpenWorld = true, Destructive = true)]
    [Description("Stops a run in the background that callAgent began. What the agent has done by then stays done. A run that has ended stays as it is.")]
    public async Task<CallToolResult> CancelAgentRunAsync(
        [Description("The run, as callAgent named it."), MinLength(1)] string runId,
        CancellationToken cancellationToken = default)
        => AgentRunResult.From(await runs.CancelAsync(runId, caller, memory, cancellationToken), options.ResultDetail);
}
