namespace McpProxy.Api.Operator;

internal static class EventsEndpoint
{
    public static void MapEvents(this RouteGroupBuilder console)
        => console.MapGet("/events", (HttpContext context, Caller caller, ConsoleEvents events) => events.WriteAsync(context, caller));
}
