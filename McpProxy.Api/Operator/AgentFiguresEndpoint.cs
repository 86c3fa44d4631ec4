using McpProxy.Api.Runs.History;

namespace McpProxy.Api.Operator;

/// <summary>Figures of each agent that the caller may use, worked out from the history.</summary>
internal static class AgentFiguresEndpoint
{
    public static void MapAgentFigures(this RouteGroupBuilder console) => console.MapGet("/agents", GetAsync);

    private static async Task GetAsync(HttpContext context, Caller caller, CallHistory history, CallExchange exchange, TimeProvider time)
    {
        await exchange.SynchronizeAsync(context.RequestAborted);
        var figures = AgentFigures.Of(history.List(), time.GetUtcNow().UtcDateTime);
        figures = figures with { Agents = [.. figures.Agents.Where(figure => MayUse(caller, figure.Agent))] };

        await context.Response.WriteAsJsonAsync(figures, OperatorJsonContext.Readable.AgentFigures, cancellationToken: context.RequestAborted);
    }

    private static bool MayUse(Caller caller, string qualifiedId) => qualifiedId.Split(':', 2) is [var server, var agent] && caller.MayUse(server, agent);
}
