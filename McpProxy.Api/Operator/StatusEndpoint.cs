using McpProxy.Api.Access;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Mcp.Tools;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Operator;

internal static class StatusEndpoint
{
    public static void MapStatus(this WebApplication app) => app.MapGet("/status", GetAsync);

    private static async Task GetAsync(
        HttpContext context,
        AgentResolver resolver,
        Caller caller,
        MemoryLease memory,
        IConnectionBackend backend,
        IOptions<McpServerOptions> server,
        TimeProvider time)
    {
        try
        {
            var agents = ListAgentsResult.From(await resolver.ListAsync(caller, memory, context.RequestAborted));
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

            await context.Response.WriteAsJsonAsync(status, OperatorJsonContext.Readable.ProxyStatus, cancellationToken: context.RequestAborted);
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.Busy)
        {
            await context.RefuseAsync(StatusCodes.Status503ServiceUnavailable, exception.Message);
        }
    }
}
