using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers.Mastra;

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
    IReadOnlyList<MastraTool>? ToolCalls,
    MastraUsage? Usage,
    JsonElement? Tripwire)
{
    /// <summary>Why a guard that the agent's makers put up stopped it, if one did.</summary>
    private MastraReason? Stopped
        => Tripwire is { ValueKind: JsonValueKind.Object } tripwire ? tripwire.Deserialize(MastraJsonContext.Default.MastraReason) : null;

    private bool HasFailed => FinishReason is "error" && string.IsNullOrEmpty(Text);

    /// <summary>What the agent said; or what it did, so that an empty answer is not a riddle.</summary>
    private string Words => this switch
    {
        { Text.Length: > 0 } => Text,
        { Object: { } structured } => structured.GetRawText(),
        _ => WithoutWords(),
    };

    /// <summary>Says what an answer means, be it the server's own or put together from a stream.</summary>
    public static AgentReply Read(AgentServer server, AgentCall call, JsonElement answer)
    {
        var reply = MastraJsonContext.Read(server, () => answer.Deserialize(MastraJsonContext.Default.MastraReply));

        return reply switch
        {
            { Stopped: { } stopped } => throw MastraErrors.AgentStopped(server, call.AgentId, stopped.Reason),
            { HasFailed: true } => throw MastraErrors.AgentFailed(server, call.AgentId, null),
            _ => new(reply.Words, answer, call.ThreadId, reply.Usage?.ToAgentUsage(), RemoteText.Clean(reply.FinishReason, 50)),
        };
    }

    private string WithoutWords()
    {
        var called = string.Join(", ", ToolCalls?.Select(call => RemoteText.Clean(call.Name, 100)) ?? []);
        var did = called is "" ? "" : $"called {called} and ";
        var reason = RemoteText.Clean(FinishReason, 50);

        return reason switch
        {
            MastraReason.Suspended => $"The agent {did}waits until someone approves or resumes that on its server.",
            null => $"The agent {did}ended without words.",
            _ => $"The agent {did}ended without words (finish reason: {reason}).",
        };
    }
}

/// <summary>A call of a tool: servers since 1.0 wrap it in a <c>payload</c>.</summary>
internal sealed record MastraTool(string? ToolName, MastraTool? Payload)
{
    public string? Name => ToolName ?? Payload?.Name;
}

/// <summary>Tokens, under the names of AI SDK v5 (<c>input</c>, <c>output</c>) or v4 (<c>prompt</c>, <c>completion</c>).</summary>
internal sealed record MastraUsage(long? InputTokens, long? OutputTokens, long? PromptTokens, long? CompletionTokens, long? TotalTokens)
{
    /// <summary>What else the server counts.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Details { get; set; }

    /// <summary>The data stream leaves out the sum, which the answer has.</summary>
    public MastraUsage WithTotal() => this with { TotalTokens = PromptTokens + CompletionTokens };

    /// <returns><see langword="null"/> if the server counted nothing.</returns>
    public AgentUsage? ToAgentUsage()
    {
        var usage = new AgentUsage(InputTokens ?? PromptTokens, OutputTokens ?? CompletionTokens, null);
        usage = usage with { TotalTokens = TotalTokens ?? usage.InputTokens + usage.OutputTokens };

        return usage is { InputTokens: null, OutputTokens: null, TotalTokens: null } ? null : usage;
    }
}
