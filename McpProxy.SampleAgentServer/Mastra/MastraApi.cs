using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace McpProxy.SampleAgentServer.Mastra;

/// <summary>The part of Mastra's HTTP API (1.x) that clients of agents use, under <c>/mastra</c>.</summary>
internal static class MastraApi
{
    public static void MapMastra(this IEndpointRouteBuilder routes)
    {
        var agents = routes.MapGroup("/mastra/api/agents").AddEndpointFilter(RefusedException.AnswerAsync);
        agents.MapGet("", () => Json(SampleAgents.All.ToDictionary(agent => agent.Id, agent => MastraAgent.Of(agent, listed: true))));
        agents.MapGet("/{agentId}", (string agentId) => Json(MastraAgent.Of(Find(agentId), listed: false)));
        agents.MapPost("/{agentId}/generate", GenerateAsync);
        agents.MapPost("/{agentId}/stream", StreamAsync);
        agents.MapPost("/{agentId}/resume-stream", ResumeAsync);
    }

    private static async Task<IResult> GenerateAsync(string agentId, HttpRequest request, MastraRuns runs, CancellationToken cancellationToken)
    {
        var run = await StartAsync(agentId, request, runs, cancellationToken);
        await foreach (var _ in run.StreamAsync(cancellationToken))
        {
        }

        return Json(run.ToReply());
    }

    private static async Task<IResult> StreamAsync(string agentId, HttpRequest request, MastraRuns runs, CancellationToken cancellationToken)
    {
        var run = await StartAsync(agentId, request, runs, cancellationToken);

        return TypedResults.ServerSentEvents(WriteAsync(run, cancellationToken));
    }

    private static async Task<IResult> ResumeAsync(string agentId, HttpRequest request, MastraRuns runs, CancellationToken cancellationToken)
    {
        var agent = Find(agentId);
        var body = await ReadAsync<ResumeRequest>(request, cancellationToken);
        var run = runs.Resume(body.RunId ?? throw Refused(400, new("Run id is required")), agent, body.ResumeData.ToString())
            ?? throw Refused(500, new($"Agent \"{agent.Name}\" resumeStream() could not find a suspended run for runId \"{body.RunId}\"."));

        return TypedResults.ServerSentEvents(WriteAsync(run, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<string>> WriteAsync(MastraRun run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var chunk in run.StreamAsync(cancellationToken))
        {
            yield return new(JsonSerializer.Serialize(chunk, MastraJson.Options));
        }

        yield return new("[DONE]");
    }

    private static async Task<MastraRun> StartAsync(string agentId, HttpRequest request, MastraRuns runs, CancellationToken cancellationToken)
    {
        var body = await ReadAsync<GenerateRequest>(request, cancellationToken);
        var messages = ReadMessages(body.Messages);
        var agent = Find(agentId);

        return runs.Start(agent, messages, FindThread(body.Memory, runs.Threads));
    }

    private static MastraThread? FindThread(MemoryChoice? memory, RecentThreads<MastraThread> threads)
    {
        if (memory?.Thread is not { } id)
        {
            return null;
        }

        var resource = memory.Resource ?? throw Refused(400, new("A resource ID is required when using memory. Provide memory.resource in the request body."));
        var thread = threads.GetOrAdd(id, new(id, resource));

        return thread.Resource == resource ? thread : throw Refused(403, new("Access denied: thread belongs to a different resource"));
    }

    private static SampleAgent Find(string agentId)
        => SampleAgents.Find(agentId) ?? throw Refused(404, new($"Agent with id {agentId} not found"));

    private static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return request.HasJsonContentType() && await request.ReadFromJsonAsync<T>(MastraJson.Options, cancellationToken) is { } body
                ? body
                : throw Invalid("body", "Expected a JSON object");
        }
        catch (JsonException exception)
        {
            throw Invalid(exception.Path?.Split('.') is [_, var field, ..] ? field : "body", "Invalid input");
        }
    }

    private static IReadOnlyList<AgentMessage> ReadMessages(JsonElement messages)
    {
        try
        {
            return AgentMessage.ReadAll(messages);
        }
        catch (JsonException)
        {
            throw Invalid("messages", "Invalid input");
        }
    }

    private static RefusedException Invalid(string field, string message) => Refused(400, new("Invalid request body", [new(field, message)]));

    private static RefusedException Refused(int status, MastraError error) => new(Results.Json(error, MastraJson.Options, statusCode: status));

    private static IResult Json<T>(T value) => Results.Json(value, MastraJson.Options);
}
