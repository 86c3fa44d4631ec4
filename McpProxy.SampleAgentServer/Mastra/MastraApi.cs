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
    }

    private static async Task<IResult> GenerateAsync(
        string agentId, HttpRequest request, SampleAgents agents, RecentThreads<MastraThread> threads, CancellationToken cancellationToken)
    {
        var run = await StartAsync(agentId, request, agents, threads, cancellationToken);
        await foreach (var _ in run.StreamAsync(cancellationToken))
        {
        }

        return Json(run.ToReply());
    }

    private static async Task<IResult> StreamAsync(
        string agentId, HttpRequest request, SampleAgents agents, RecentThreads<MastraThread> threads, CancellationToken cancellationToken)
    {
        var run = await StartAsync(agentId, request, agents, threads, cancellationToken);

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

    private static async Task<MastraRun> StartAsync(
        string agentId, HttpRequest request, SampleAgents agents, RecentThreads<MastraThread> threads, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(request, cancellationToken);
        var messages = ReadMessages(body.Messages);
        var agent = Find(agentId);

        return new(agents, agent, messages, FindThread(body.Memory, threads));
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

    private static async Task<GenerateRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return request.HasJsonContentType() && await request.ReadFromJsonAsync<GenerateRequest>(MastraJson.Options, cancellationToken) is { } body
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
