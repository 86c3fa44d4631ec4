using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Mcp.Questions;
using McpProxy.Api.Runs;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp.Tasks;

/// <summary>Answers what clients ask of tasks: they are the runs that <c>getAgentRun</c> follows, under the same ids.</summary>
internal sealed class AgentTasks(
    RunFollower runs, RunService service, Caller caller, MemoryLease memory, Audit audit, McpOptions options, RunOptions runOptions, TimeProvider time)
{
    public AgentTask Describe(AgentRun run, ClientCapabilities? client)
        => AgentTask.From(run, client, runOptions.Expiry, time.GetUtcNow().UtcDateTime, options);

    public async Task<JsonNode> GetAsync(string id, RequestContext<JsonNode?> request, CancellationToken cancellationToken)
    {
        var task = Describe(await FindAsync(id, cancellationToken), TaskExtension.ClientOf(request.JsonRpcRequest));
        task.ResultType = AgentTask.Complete;

        return JsonSerializer.SerializeToNode(task, TaskJsonContext.Default.AgentTask)!;
    }

    /// <summary>Takes the answer to what the agent asked. What is not asked, or was answered before, is not looked at.</summary>
    public async Task<JsonNode> UpdateAsync(string id, RequestContext<JsonNode?> request, CancellationToken cancellationToken)
    {
        var run = await FindAsync(id, cancellationToken);
        if (TaskQuestion.Of(run) is { } question && ReadAnswer(request.Params!, question.Key) is { } filled)
        {
            await (filled.IsAccepted
                ? service.AnswerAsync(run, question.Form.Read(filled.Content), caller)
                : service.LeaveUnansweredAsync(run, UserQuestions.Declined(run.Outcome.ReplySoFar!.ThreadId)));
        }

        return Done();
    }

    public async Task<JsonNode> CancelAsync(string id, RequestContext<JsonNode?> request, CancellationToken cancellationToken)
    {
        var run = await runs.CancelAsync(id, caller, memory, cancellationToken);
        if (TaskQuestion.Of(run) is not null)
        {
            await service.LeaveUnansweredAsync(run, new CallOutcome.Cancelled());
        }

        audit.Record(new(TaskExtension.Cancel, caller, run.Facts.QualifiedId, "done"));

        return Done();
    }

    private Task<AgentRun> FindAsync(string id, CancellationToken cancellationToken) => runs.FollowAsync(id, caller, TimeSpan.Zero, memory, cancellationToken);

    private static ElicitResult? ReadAnswer(JsonNode parameters, string key)
    {
        try
        {
            return parameters["inputResponses"]?[key]?.Deserialize(InputResponse.ElicitResultJsonTypeInfo);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new McpProtocolException(
                $"inputResponses must hold '{key}' as the result of elicitation/create, with action and content.", exception, McpErrorCode.InvalidParams);
        }
    }

    private static JsonObject Done() => new() { ["resultType"] = AgentTask.Complete };
}
