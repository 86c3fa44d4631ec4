using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Mvc;

namespace McpProxy.SampleAgentServer.OpenAI;

/// <summary>Responses, and the conversations that they may be in.</summary>
internal static class ResponsesApi
{
    public static void MapResponses(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/responses", CreateAsync);
        routes.MapGet("/responses/{id}", Get);
        routes.MapPost("/responses/{id}/cancel", CancelAsync);
        routes.MapDelete("/responses/{id}", Delete);
        routes.MapPost("/conversations", CreateConversationAsync);
        routes.MapGet("/conversations/{id}", (string id, RecentThreads<OpenAIConversation> conversations)
            => OpenAIJson.Result(Find(id, conversations).Describe()));
    }

    private static async Task<IResult> CreateAsync(
        HttpRequest http,
        SampleAgents agents,
        RecentThreads<OpenAIRun> runs,
        RecentThreads<OpenAIConversation> conversations,
        CancellationToken cancellationToken)
    {
        var request = await OpenAIInput.ReadAsync<ResponseRequest>(http, cancellationToken);
        var agent = FindAgent(request);
        if (request is { PreviousResponseId: not null, ConversationId: not null })
        {
            throw OpenAIJson.Refused(
                400,
                "Mutually exclusive parameters: 'conversation' and 'previous_response_id'. Ensure you are only providing one of them.",
                "mutually_exclusive_parameters");
        }

        var conversation = request.ConversationId is { } id ? Find(id, conversations) : null;
        var previous = request.PreviousResponseId is { } previousId ? FindPrevious(previousId, runs) : null;
        if (OpenAIInput.Approvals(request.Input).Any(answered => answered != (previous?.ApprovalId ?? conversation?.ApprovalId)))
        {
            throw OpenAIJson.Refused(400, "No approval request found for the given id.", param: "input");
        }

        var run = new OpenAIRun(agents, agent, request, previous?.History ?? conversation?.Messages ?? [], conversation);
        var queued = OpenAIJson.Result(run.Describe());
        runs.GetOrAdd(run.Id, run);
        run.Start();
        if (request.Stream)
        {
            return TypedResults.ServerSentEvents(WriteAsync(run, cancellationToken));
        }

        if (request.Background)
        {
            return queued;
        }

        using var leaving = cancellationToken.Register(run.Cancel);
        await run.Ended;

        return run.Error is { } error ? Results.Problem(error, statusCode: 500, title: "server_error") : OpenAIJson.Result(run.Describe());
    }

    /// <remarks>Nothing goes on without its connection but what is in the background, and where agents are entities every stream.</remarks>
    private static async IAsyncEnumerable<SseItem<string>> WriteAsync(OpenAIRun run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in run.ReadAsync(0, cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            if (!run.IsBackground && !run.IsEntity)
            {
                run.Cancel();
            }
        }
    }

    /// <remarks>Entities count events, the others go on behind the one that is named.</remarks>
    private static IResult Get(
        string id,
        RecentThreads<OpenAIRun> runs,
        bool stream = false,
        [FromQuery(Name = "starting_after")] int? startingAfter = null,
        CancellationToken cancellationToken = default)
    {
        var run = FindRun(id, runs);

        return stream
            ? TypedResults.ServerSentEvents(run.ReadAsync(startingAfter is { } last ? run.IsEntity ? last : last + 1 : 0, cancellationToken))
            : OpenAIJson.Result(run.Describe());
    }

    private static async Task<IResult> CancelAsync(string id, RecentThreads<OpenAIRun> runs)
    {
        var run = FindRun(id, runs);
        if (!run.IsBackground || !run.IsActive)
        {
            throw OpenAIJson.Refused(400, "Only background responses that are at work can be cancelled.");
        }

        run.Cancel();
        await run.Ended;

        return OpenAIJson.Result(run.Describe());
    }

    private static IResult Delete(string id, RecentThreads<OpenAIRun> runs)
    {
        FindRun(id, runs).Cancel();
        runs.Remove(id);

        return OpenAIJson.Result(new { Id = id, Object = "response", Deleted = true });
    }

    private static async Task<IResult> CreateConversationAsync(
        HttpRequest http, RecentThreads<OpenAIConversation> conversations, CancellationToken cancellationToken)
    {
        var request = await OpenAIInput.ReadAsync<ConversationRequest>(http, cancellationToken);
        var conversation = new OpenAIConversation(OpenAIRun.NewId("conv"), request.Metadata ?? new Dictionary<string, string>());

        return OpenAIJson.Result(conversations.GetOrAdd(conversation.Id, conversation).Describe());
    }

    private static SampleAgent FindAgent(ResponseRequest request) => request switch
    {
        { EntityId: { } id } => SampleAgents.Find(id) ?? throw OpenAIJson.Refused(400, $"Agent '{id}' not found.", "agent_not_found"),
        { Model: { } id } => SampleAgents.Find(id) ?? throw ChatApi.NoSuchModel(id),
        _ => throw OpenAIJson.Refused(400, "Missing required parameter: 'model'.", "missing_required_parameter", "model"),
    };

    private static OpenAIRun FindRun(string id, RecentThreads<OpenAIRun> runs)
        => runs.Find(id) ?? throw OpenAIJson.Refused(404, $"Response '{id}' not found.");

    private static OpenAIRun FindPrevious(string id, RecentThreads<OpenAIRun> runs)
        => runs.Find(id) ?? throw OpenAIJson.Refused(400, $"Previous response with id '{id}' not found.", "previous_response_not_found");

    private static OpenAIConversation Find(string id, RecentThreads<OpenAIConversation> conversations)
        => conversations.Find(id) ?? throw OpenAIJson.Refused(404, $"Conversation with id '{id}' not found.");
}
