using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Mcp.Questions;
using McpProxy.Api.Mcp.Tools;
using McpProxy.Api.Runs;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp.Tasks;

/// <summary>A run in the words of the protocol's tasks extension.</summary>
internal sealed class AgentTask : Result
{
    /// <summary>What results say that are no tasks.</summary>
    public const string Complete = "complete";

    private const int MaxMessage = 300;

    /// <summary>The run's id.</summary>
    public required string TaskId { get; init; }

    public required AgentTaskStatus Status { get; init; }

    /// <summary>The last of what the agent has said, while it is at work.</summary>
    public string? StatusMessage { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime LastUpdatedAt { get; init; }

    public required long TtlMs { get; init; }

    public long PollIntervalMs { get; } = 1000;

    /// <summary>What the call would have returned.</summary>
    [JsonPropertyName("result")]
    public CallToolResult? Answer { get; init; }

    public IDictionary<string, InputRequest>? InputRequests { get; init; }

    /// <param name="run">The run as it stands.</param>
    /// <param name="client">What its client can do.</param>
    /// <param name="expiry">How long a run is kept after its last change.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">How to tell what came of it.</param>
    public static AgentTask From(AgentRun run, ClientCapabilities? client, TimeSpan expiry, DateTime now, McpOptions options)
    {
        var (changed, question) = (run.EndedAt ?? now, UserQuestions.CanAsk(client) ? TaskQuestion.Of(run) : null);
        var status = run.Status switch
        {
            RunStatus.Running => AgentTaskStatus.Working,
            RunStatus.Cancelled => AgentTaskStatus.Cancelled,
            _ => question is null ? AgentTaskStatus.Completed : AgentTaskStatus.InputRequired,
        };

        return new()
        {
            TaskId = run.Id,
            Status = status,
            StatusMessage = status is AgentTaskStatus.Working ? LastOf(run.TextSoFar) : null,
            CreatedAt = run.StartedAt,
            LastUpdatedAt = changed,
            TtlMs = (long)(changed - run.StartedAt + expiry).TotalMilliseconds,
            Answer = status is AgentTaskStatus.Completed ? ToAnswer(run, options) : null,
            InputRequests = question?.ToRequests(),
        };
    }

    private static string? LastOf(string text) => RemoteText.Clean(text[^Math.Min(text.Length, MaxMessage)..], MaxMessage);

    private static CallToolResult ToAnswer(AgentRun run, McpOptions options)
    {
        var failure = (run.Outcome as CallOutcome.Failed) is { Partial: null } failed ? failed.Reason : null;
        var result = (failure is null ? CallAgentResult.From(run, options.ResultDetail) : ToolResult.Of(failure)).In(options.ResultText);
        result.ResultType = Complete;

        return result;
    }
}

/// <summary>How a task stands. None fails: what goes wrong with an agent is a result too, which says so.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<AgentTaskStatus>))]
internal enum AgentTaskStatus
{
    /// <summary>The agent is at work.</summary>
    Working,

    /// <summary>The agent waits for an answer.</summary>
    InputRequired,

    /// <summary>The agent has answered, or failed.</summary>
    Completed,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentTask))]
internal sealed partial class TaskJsonContext : JsonSerializerContext;
