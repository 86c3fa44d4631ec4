using McpProxy.Api.AgentServers;
using McpProxy.Api.Connections;
using McpProxy.Api.Tools;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace McpProxy.Api;

/// <summary>What the proxy says about itself to people and their tools.</summary>
internal sealed record ProxyStatus(
    string Status,
    string Service,
    string Version,
    DateTime Timestamp,
    double Uptime,
    string Backend,
    IReadOnlyDictionary<string, string> Endpoints,
    IReadOnlyList<string> Transports,
    ListAgentsResult Agents,
    IReadOnlyList<string> Tools);

internal static class StatusEndpoint
{
    public static void MapStatus(this WebApplication app, ProxyOptions options)
    {
        app.MapGet("/status", GetAsync);

        foreach (var path in new[] { options.SsePath, options.MessagePath })
        {
            app.Map(path, () => Results.Text("The SSE transport is not offered any more. Use Streamable HTTP at /mcp.\n", statusCode: StatusCodes.Status410Gone));
        }
    }

    private static async Task<IResult> GetAsync(
        AgentDirectory directory, IConnectionBackend backend, IOptions<McpServerOptions> server, TimeProvider time, CancellationToken cancellationToken)
    {
        var agents = ListAgentsResult.From(await directory.ListAsync(cancellationToken));
        var status = new ProxyStatus(
            "healthy",
            ProxyInfo.Name,
            ProxyInfo.Version,
            time.GetUtcNow().UtcDateTime,
            (time.GetUtcNow() - ProxyInfo.Started).TotalSeconds,
            backend.Name,
            new Dictionary<string, string> { ["mcp"] = "/mcp", ["health"] = "/health", ["alive"] = "/alive", ["status"] = "/status" },
            ["streamable-http", "stdio"],
            agents,
            [.. server.Value.ToolCollection!.Select(tool => tool.ProtocolTool.Name).Order()]);

        return Results.Json(status, ApiJson.Readable);
    }
}
