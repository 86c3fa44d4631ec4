using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Configuration;
using McpProxy.Api.Connections;
using McpProxy.Api.Errors;
using McpProxy.Api.Limits;
using McpProxy.Api.Mcp;
using McpProxy.Api.Mcp.Tools;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Operator;

/// <summary>What the proxy says about itself to people and their tools.</summary>
internal sealed record ProxyStatus(
    string Status,
    string Service,
    string Version,
    DateTime Timestamp,
    double Uptime,
    string Backend,
    ConnectionsStatus Connections,
    IReadOnlyDictionary<string, string> Endpoints,
    IReadOnlyList<string> Transports,
    ListAgentsResult Agents,
    IReadOnlyList<string> Tools);

/// <summary>How the connection backend is doing.</summary>
/// <param name="State">healthy, degraded (known servers can be used, but changes are refused or the list may be old) or unhealthy (there is no list).</param>
/// <param name="SnapshotAgeSeconds">How old the list of connected servers is.</param>
/// <param name="Problem">What is wrong and what to do about it.</param>
internal sealed record ConnectionsStatus(string State, double? SnapshotAgeSeconds, string? Problem)
{
    public static ConnectionsStatus From(BackendState state)
        => new(state.Health.ToString().ToLowerInvariant(), state.Age is { TotalSeconds: var seconds } ? Math.Round(seconds, 3) : null, state.Problem);
}

internal static class StatusEndpoint
{
    public static void MapStatus(this WebApplication app, McpOptions options)
    {
        app.MapGet("/status", GetAsync);

        foreach (var path in options.FormerPaths)
        {
            app.Map(path, () => Results.Text("The SSE transport is not offered any more. Use Streamable HTTP at /mcp.\n", statusCode: StatusCodes.Status410Gone));
        }
    }

    private static async Task<IResult> GetAsync(
        AgentResolver directory,
        MemoryLease memory,
        IConnectionBackend backend,
        IOptions<McpServerOptions> server,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<AgentListing> listings;
        try
        {
            listings = await directory.ListAsync(memory, cancellationToken);
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.Busy)
        {
            return Results.Text(exception.Message + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var agents = ListAgentsResult.From(listings);
        var connections = ConnectionsStatus.From(backend.State);
        var status = new ProxyStatus(
            connections.State,
            ProxyInfo.Name,
            ProxyInfo.Version,
            time.GetUtcNow().UtcDateTime,
            (time.GetUtcNow() - ProxyInfo.Started).TotalSeconds,
            backend.Name,
            connections,
            new Dictionary<string, string> { ["mcp"] = "/mcp", ["health"] = "/health", ["alive"] = "/alive", ["status"] = "/status" },
            ["streamable-http", "stdio"],
            agents,
            [.. server.Value.ToolCollection!.Select(tool => tool.ProtocolTool.Name).Order()]);

        return Results.Json(status, ApiJson.Readable);
    }
}
