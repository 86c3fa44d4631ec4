using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>An agent in a server's list. Members whose shape differs between versions are only looked for.</summary>
internal sealed record MastraAgent(
    string? Name,
    string? Description,
    string? ModelVersion,
    JsonElement? Instructions,
    JsonElement? Tools,
    JsonElement? Provider,
    JsonElement? ModelId,
    JsonElement? OutputProcessors)
{
    public bool LooksLikeAgent => Name is not null && (Instructions ?? Tools ?? Provider ?? ModelId) is not null;

    public bool IsLegacy => ModelVersion is "v1";

    /// <summary>Whether somebody reads what the agent says before it may be heard.</summary>
    public bool HasGuard => OutputProcessors is { ValueKind: JsonValueKind.Array } guards && guards.GetArrayLength() > 0;
}

/// <summary>The answer to <c>generate</c>.</summary>
internal sealed record MastraReply(
    string? Text,
    JsonElement? Object,
    string? FinishReason,
    IReadOnlyList<MastraTool?>? ToolCalls,
    IReadOnlyList<MastraReplyStep?>? Steps,
    MastraUsage? Usage,
    JsonElement? Tripwire,
    string? RunId,
    JsonElement? SuspendPayload)
{
    /// <summary>
    /// Members of an answer that repeat the text, that <see cref="AgentReply"/> has, or that tell how the answer came about and not what it is.
    /// </summary>
    private static readonly FrozenSet<string> _known = FrozenSet.Create(
    [
        "text", "content", "steps", "messages", "rememberedMessages", "response", "responseMessages", "request", "body", "rawResponse",
        "usage", "totalUsage", "finishReason", "toolCalls", "toolResults", "staticToolCalls", "staticToolResults", "dynamicToolCalls", "dynamicToolResults",
        "reasoning", "reasoningText", "reasoningDetails", "providerMetadata", "experimental_providerMetadata", "experimental_output", "warnings", "logprobs",
        "usedFallbackValue", "runId", "traceId", "spanId", "resumeSchema",
    ]);

    private bool HasFailed => FinishReason is "error" && string.IsNullOrEmpty(Text);

    /// <summary>What the agent said, or else what it did: an answer is never empty.</summary>
    private string AnswerText => this switch
    {
        { Text.Length: > 0 } => Text,
        { Object: { } structured } => structured.GetRawText(),
        _ => WithoutText(ToolCalls?.Select(tool => tool?.ToToolCall()?.Name).OfType<string>() ?? [], RemoteText.Clean(FinishReason, 50)),
    };

    /// <summary>Says what an answer means.</summary>
    public static AgentReply Read(AgentServer server, AgentCall call, JsonElement answer)
    {
        var reply = MastraJsonContext.Read(server, () => answer.Deserialize(MastraJsonContext.Default.MastraReply));
        // A guard that the agent's makers put up.
        var stopped = reply.Tripwire is { ValueKind: JsonValueKind.Object } tripwire
            ? MastraJsonContext.Read(server, () => tripwire.Deserialize(MastraJsonContext.Default.MastraReason))
            : null;
        var question = reply.FinishReason is MastraReason.Suspended
            ? MastraJsonContext.ReadAny(server, () => MastraQuestion.Of(reply.RunId, reply.SuspendPayload))
            : null;

        return reply switch
        {
            _ when stopped is not null => throw MastraErrors.AgentStopped(server, call.AgentId, stopped.Reason),
            { HasFailed: true } => throw AgentErrors.AgentFailed(server, call.AgentId, null),
            _ => new(
                question?.Format(reply.Text, call.ThreadId) ?? reply.AnswerText,
                answer,
                question?.ThreadId(call.ThreadId) ?? call.ThreadId,
                reply.Usage?.ToAgentUsage(),
                RemoteText.Clean(reply.FinishReason, 50),
                question?.Payload,
                ToolCalls: [.. reply.AllToolCalls.Select(tool => tool?.ToToolCall()).OfType<AgentToolCall>()],
                Details: Details(answer, reply.AnswerText),
                Question: question?.ToQuestion()),
        };
    }

    /// <summary>With models of AI SDK v4 the answer names the calls of the last step alone, and since 1.0 no step those that the agent waits for.</summary>
    private IReadOnlyList<MastraTool?> AllToolCalls
    {
        get
        {
            MastraTool?[] ofSteps = [.. (Steps ?? []).SelectMany(step => step?.ToolCalls ?? [])];

            return ofSteps.Length > (ToolCalls?.Count ?? 0) ? ofSteps : ToolCalls ?? [];
        }
    }

    private static JsonObject Details(JsonElement answer, string text) => new(answer.EnumerateObject()
        .Where(member => !_known.Contains(member.Name) && !IsEmpty(member.Value) && !(member.Name is "object" && IsSame(member.Value, text)))
        .Select(member => KeyValuePair.Create(member.Name, JsonSerializer.SerializeToNode(member.Value, MastraJsonContext.Default.JsonElement))));

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.String => value.GetString() is "",
        JsonValueKind.Array => value.GetArrayLength() is 0,
        JsonValueKind.Object => value.GetPropertyCount() is 0,
        _ => false,
    };

    /// <returns>What an agent did that ended without text.</returns>
    public static string WithoutText(IEnumerable<string> tools, string? finishReason)
    {
        var called = string.Join(", ", tools);
        var did = called is "" ? "" : $"called {called} and ";

        return finishReason switch
        {
            MastraReason.Suspended => $"The agent {did}waits for somebody, and does not say for what.",
            null => $"The agent {did}ended without words.",
            _ => $"The agent {did}ended without words (finish reason: {finishReason}).",
        };
    }

    /// <returns>Whether the text is the value as JSON.</returns>
    public static bool IsSame(JsonElement value, string text)
    {
        try
        {
            return JsonElement.DeepEquals(value, JsonElement.Parse(text));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

internal sealed record MastraReplyStep(IReadOnlyList<MastraTool?>? ToolCalls);

/// <summary>A call of a tool: servers since 1.0 wrap it in a <c>payload</c>.</summary>
internal sealed record MastraTool(string? ToolName, JsonElement? Args, MastraTool? Payload)
{
    public AgentToolCall? ToToolCall() => Payload?.ToToolCall() ?? AgentToolCall.Read(ToolName, Args);
}

/// <summary>Tokens, under the names of AI SDK v5 (<c>input</c>, <c>output</c>) or v4 (<c>prompt</c>, <c>completion</c>).</summary>
internal sealed record MastraUsage(long? InputTokens, long? OutputTokens, long? PromptTokens, long? CompletionTokens, long? TotalTokens)
{
    /// <returns><see langword="null"/> if the server counted nothing.</returns>
    public AgentUsage? ToAgentUsage()
    {
        var usage = new AgentUsage(InputTokens ?? PromptTokens, OutputTokens ?? CompletionTokens, null);
        usage = usage with { TotalTokens = TotalTokens ?? usage.InputTokens + usage.OutputTokens };

        return usage is { InputTokens: null, OutputTokens: null, TotalTokens: null } ? null : usage;
    }
}
