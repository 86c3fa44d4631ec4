using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp.Tools;

[McpServerToolType]
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = ArgumentSchema.MinLengthNeedsNoReflection)]
internal sealed class ConnectServerTool(ServerRegistry registry, AgentCatalog catalog, ServerTypes types, Caller caller, MemoryLease memory)
{
    public const string Name = "connectServer";

    [McpServerTool(Name = Name, Title = "Connect an agent server", ReadOnly = false, Idempotent = true, OpenWorld = true, Destructive = false)]
    [Description(
        "Connects an agent server that the user wants to use, so that its agents can be listed and called. A URL that is connected already keeps its name.")]
    public async Task<CallToolResult> ConnectServerAsync(
        [Description("The server's base URL, for example https://agents.example.com or http://localhost:4111."), Url] string serverUrl,
        [Description("A name for the server; it qualifies its agents. Left out, the server is called server1, server2, ..."),
            RegularExpression(ServerNames.Pattern), StringLength(ServerNames.MaxLength)] string? serverName = null,
        [Description("The server's type, if it is known. Left out, it is found out."), StringLength(ServerNames.MaxLength)] string? serverType = null,
        [Description("Whether to ask the server for its agents first, and refuse it when it does not answer as an agent server does.")]
        bool validateConnection = true,
        [Description("The ids of the agents to use, where not all are wanted or the server does not list them."), MinLength(1)]
        IReadOnlyList<string>? agents = null,
        CancellationToken cancellationToken = default)
    {
        types.Ensure(serverType);
        AgentListing? listing = null;
        var (server, added) = await registry.ConnectAsync(serverUrl, serverName, serverType, agents, InquireAsync, cancellationToken);
        if (validateConnection)
        {
            listing ??= await catalog.TrustAsync(server, cancellationToken);
        }

        return ToolResult.Of(ConnectServerResult.From(server, added, serverType, listing?.VisibleTo(caller), namesAgents: memory.TryTake(listing?.Bytes ?? 0)));

        async Task<string?> InquireAsync(AgentServer candidate)
        {
            if (!validateConnection)
            {
                return candidate.Type;
            }

            listing = await catalog.TrustAsync(candidate, cancellationToken);
            var failure = listing.Failure
                ?? (agents?.FirstOrDefault(id => !listing.Has(id)) is { } missing ? AgentCatalog.NoSuchAgent(candidate, missing) : null);

            return failure is null
                ? listing.Server.Type
                : throw new ProxyException(
                    failure.Kind,
                    $"Not connected{(serverType is null ? "" : $" as '{serverType}'")}. {failure.Message} "
                    + "With validateConnection=false the server is connected without asking it.");
        }
    }
}
