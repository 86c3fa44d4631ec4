using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.SampleAgentServer.Mastra;

internal static class MastraJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

internal sealed record MastraError(string Error, IReadOnlyList<MastraIssue>? Issues = null);
internal sealed record MastraIssue(string Field, string Message);

/// <summary>An agent of the list, or without <paramref name="Id"/> and <paramref name="HasDraft"/> one asked for by itself.</summary>
internal sealed record MastraAgent(
    string? Id, string Name, string Description, string Instructions, IReadOnlyDictionary<string, MastraTool> Tools, string ModelId, bool? HasDraft)
{
    public object Agents { get; } = new();
    public object Workflows { get; } = new();
    public string[] Skills { get; } = [];
    public string[] InputProcessors { get; } = [];
    public string[] OutputProcessors { get; } = [];
    public string Provider { get; } = "sample";
    public string ModelVersion { get; } = "v2";
    public bool SupportsMemory { get; } = true;
    public object DefaultOptions { get; } = new();
    public string Source { get; } = "code";

    public static MastraAgent Of(SampleAgent agent, bool listed) => new(
        listed ? agent.Id : null,
        agent.Name,
        agent.Description,
        agent.Instructions,
        agent.Tool is { } tool ? new Dictionary<string, MastraTool> { [tool.Id] = MastraTool.Of(tool) } : [],
        agent.Id,
        listed ? false : null);
}

/// <summary>The schemas are JSON inside a string, wrapped as superjson does.</summary>
internal sealed record MastraTool(string Id, string Description, string InputSchema, string OutputSchema, bool RequireApproval)
{
    public static MastraTool Of(SampleTool tool)
        => new(tool.Id, tool.Description, $$"""{"json":{{tool.InputSchema}}}""", $$"""{"json":{{tool.OutputSchema}}}""", RequireApproval: false);
}

internal sealed record GenerateRequest(JsonElement Messages, MemoryChoice? Memory);
internal sealed record ResumeRequest(string? RunId, JsonElement ResumeData);
internal sealed record MemoryChoice(string? Thread, string? Resource);

internal sealed record GenerateReply(
    string Text,
    Usage Usage,
    IReadOnlyList<MastraStep> Steps,
    string FinishReason,
    IReadOnlyList<MastraChunk> ToolCalls,
    IReadOnlyList<MastraChunk> ToolResults,
    Usage TotalUsage,
    Guid RunId,
    IReadOnlyList<MastraMessage> Messages,
    IReadOnlyList<MastraMessage> RememberedMessages,
    ToolCallPayload? SuspendPayload)
{
    public string[] Warnings { get; } = [];
    public string[] Sources { get; } = [];
    public string[] Files { get; } = [];
    public string[] Reasoning { get; } = [];
}

internal sealed record MastraStep(
    string StepType, string Text, string FinishReason, Usage Usage, IReadOnlyList<MastraChunk> ToolCalls, IReadOnlyList<MastraChunk> ToolResults);

internal sealed record MastraMessage(Guid Id, string Role, DateTime CreatedAt, string? ThreadId, string? ResourceId, MessageContent Content)
{
    public static MastraMessage Of(AgentMessage message, MastraThread? thread)
        => new(Guid.NewGuid(), message.Role, DateTime.UtcNow, thread?.Id, thread?.Resource, new(2, [new("text", message.Content)], message.Content));

    public AgentMessage ToAgentMessage() => new(Role, Content.Content);
}

internal sealed record MessageContent(int Format, IReadOnlyList<TextPart> Parts, string Content);
internal sealed record TextPart(string Type, string Text);

/// <summary>One event of a stream; a tool's call and its result are listed in the same form by <c>generate</c>.</summary>
internal sealed record MastraChunk(string Type, Guid RunId, object Payload)
{
    public string From { get; } = "AGENT";
}

internal sealed record StartPayload(string Id, Guid MessageId);
internal sealed record StepStartPayload(Guid MessageId, long StartedAt);
internal sealed record TextPayload(string Id, string? Text = null, string? Type = null);
internal sealed record ToolCallPayload(string ToolCallId, string ToolName, object Args);
internal sealed record ToolResultPayload(string ToolCallId, string ToolName, object Args, object Result);
internal sealed record FinishPayload(Guid MessageId, StepResult StepResult, FinishMetadata Metadata, FinishOutput Output);
internal sealed record StepResult(string Reason, bool IsContinued);
internal sealed record FinishMetadata(string ModelId);
internal sealed record FinishOutput(string Text, IReadOnlyList<object> ToolCalls, Usage Usage);
