using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using McpProxy.Api.Connections;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp.Tools;

[McpServerToolType]
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = ArgumentSchema.MinLengthNeedsNoReflection)]
internal sealed class DisconnectServerTool(ServerRegistry registry)
{
    public const string Name = "disconnectServer";

    [McpServerTool(Name = Name, Title = "Disconnect an agent server", ReadOnly = false, Idempotent = true, OpenWorld = false, Destructive = true)]
    [Description("Disconnects a server that was connected with connectServer. Servers that come from the proxy's configuration stay.")]
    public async Task<CallToolResult> DisconnectServerAsync(
        [Description("The server's name, as listAgents shows it."), MinLength(1)] string serverName,
        CancellationToken cancellationToken)
    {
        await registry.DisconnectAsync(serverName, cancellationToken);
        var remaining = (await registry.GetAllAsync(cancellationToken)).Where(server => server.IsDynamic).Select(server => server.Name);

        return ToolResult.Of(new DisconnectServerResult(true, serverName, $"Disconnected '{serverName}'.", [.. remaining]));
    }
}

/// <summary>The server that is disconnected now, and those that remain.</summary>
internal sealed record DisconnectServerResult(bool Success, string ServerName, string Message, IReadOnlyList<string> RemainingDynamicServers);
