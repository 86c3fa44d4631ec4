using System.Globalization;
using McpProxy.Api.Access;
using McpProxy.Api.Runs.History;

namespace McpProxy.Api.Operator;

/// <summary>The calls that run and those that ended lately, and how one is cancelled.</summary>
internal static class CallsEndpoint
{
    private const int DefaultLimit = 200;

    private static readonly (int Status, string? Problem) _ended
        = (StatusCodes.Status409Conflict, "The call has ended, so there is nothing to cancel.");

    public static void MapCalls(this RouteGroupBuilder console)
    {
        console.MapGet("/calls", GetAsync);
        console.MapPost("/calls/{id}/cancel", CancelAsync);
    }

    /// <returns>Whether somebody may see a call: their own, or everybody's.</returns>
    public static bool MaySee(this Caller caller, CallRecord call) => caller.MayFollow(call.Caller);

    private static async Task GetAsync(HttpContext context, Caller caller, CallHistory history, CallExchange exchange)
    {
        var query = context.Request.Query;
        var (agent, state, limit) = (query["agent"].ToString(), query["state"].ToString(), DefaultLimit);
        if (query["limit"].ToString() is not "" and var text
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is > 0 and <= CallHistory.MaxCalls))
        {
            await context.RefuseAsync(StatusCodes.Status400BadRequest, $"limit must be a whole number from 1 to {CallHistory.MaxCalls}.");
        }
        else if (state is not "" && !Enum.GetNames<CallState>().Contains(state, StringComparer.OrdinalIgnoreCase))
        {
            var states = string.Join(" or ", Enum.GetNames<CallState>().Select(name => name.ToLowerInvariant()));
            await context.RefuseAsync(StatusCodes.Status400BadRequest, $"state must be {states}.");
        }
        else
        {
            await exchange.SynchronizeAsync(context.RequestAborted);
            var calls = history.List()
                .Where(caller.MaySee)
                .Where(call => agent is "" || call.Agent == agent)
                .Where(call => state is "" || call.State.ToString().Equals(state, StringComparison.OrdinalIgnoreCase))
                .Take(limit);
            await context.Response.WriteAsJsonAsync(
                new CallList([.. calls]), OperatorJsonContext.Readable.CallList, cancellationToken: context.RequestAborted);
        }
    }

    private static async Task CancelAsync(HttpContext context, string id, Caller caller, CallHistory history, CallExchange exchange, Audit audit)
    {
        await exchange.SynchronizeAsync(context.RequestAborted);
        var call = history.Find(id) is { } found && caller.MaySee(found) ? found : null;
        var (status, problem) = call switch
        {
            null => (StatusCodes.Status404NotFound, "There is no such call (any more)."),
            { State: CallState.Running } => await exchange.TryCancelAsync(id, context.RequestAborted) switch
            {
                true => (StatusCodes.Status202Accepted, null),
                false => _ended,
                null => (StatusCodes.Status503ServiceUnavailable, "The replica on which the call runs can't be told now. Try again in a few seconds."),
            },
            _ => _ended,
        };
        audit.Record(new("cancel", caller, call?.Agent, problem is null ? "done" : $"refused, {problem}"));
        if (problem is null)
        {
            context.Response.StatusCode = status;
        }
        else
        {
            await context.RefuseAsync(status, problem);
        }
    }
}

internal sealed record CallList(IReadOnlyList<CallRecord> Calls);
