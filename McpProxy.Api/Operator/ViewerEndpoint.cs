using McpProxy.Api.Connections;
using McpProxy.Api.Runs.History;

namespace McpProxy.Api.Operator;

/// <summary>Who is looking, at what, and what they may do.</summary>
internal static class ViewerEndpoint
{
    public static void MapViewer(this RouteGroupBuilder console) => console.MapGet("/me", GetAsync);

    private static Task GetAsync(
        HttpContext context, Caller caller, OperatorOptions options, ConnectionOptions connections, IConnectionBackend backend, CallHistory history)
    {
        var (state, age, problem) = ConnectionsStatus.From(backend.State);
        var viewer = new ConsoleViewer(
            caller.Id,
            caller.Role.ToString().ToLowerInvariant(),
            caller.IsOperator && connections.DynamicConnections,
            new(backend.Name, state, age, problem),
            history.Replica,
            ProxyInfo.Version,
            options.TraceUrl is "" ? null : options.TraceUrl);

        return context.Response.WriteAsJsonAsync(viewer, OperatorJsonContext.Readable.ConsoleViewer, cancellationToken: context.RequestAborted);
    }
}

/// <param name="Caller">Who is looking, where callers say who they are.</param>
/// <param name="Role">Their role.</param>
/// <param name="CanConnect">Whether they may connect and disconnect servers.</param>
/// <param name="Backend">Where connections are remembered.</param>
/// <param name="Replica">Which replica answered.</param>
/// <param name="Version">The proxy's version.</param>
/// <param name="TraceUrl">Where a trace can be looked at, with <c>{traceId}</c> for its id.</param>
internal sealed record ConsoleViewer(
    string? Caller, string Role, bool CanConnect, ViewedBackend Backend, string Replica, string Version, string? TraceUrl);

internal sealed record ViewedBackend(string Name, string State, double? AgeSeconds, string? Problem);
