using System.Text.Json;

namespace McpProxy.Api.AgentServers.Mastra;

/// <summary>An agent in a server's list. Members whose shape differs between versions are only looked for.</summary>
internal sealed record MastraAgent(
    string? Name,
    string? Description,
    string? ModelVersion,
    JsonElement? Instructions,
    JsonElement? Tools,
    JsonElement? Provider,
    JsonElement? ModelId)
{
    public bool LooksLikeAgent => Name is not null && (Instructions ?? Tools ?? Provider ?? ModelId) is not null;

    public bool IsLegacy => ModelVersion is "v1";
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
    public MastraReason? Stopped
        => Tripwire is { ValueKind: JsonValueKind.Object } tripwire ? tripwire.Deserialize(MastraJsonContext.Default.MastraReason) : null;

    public bool HasFailed => FinishReason is "error" && string.IsNullOrEmpty(Text);

    /// <summary>What the agent said; or what it did, so that an empty answer is not a riddle.</summary>
    public string Words => this switch
    {
        { Text.Length: > 0 } => Text,
        { Object: { } structured } => structured.GetRawText(),
        _ => WithoutWords(ToolCalls?.Select(call => call.Name) ?? [], FinishReason),
    };

    public static string WithoutWords(IEnumerable<string?> tools, string? finishReason)
    {
        var called = string.Join(", ", tools.Select(tool => RemoteText.Clean(tool, 100)));
        var did = called is "" ? "" : $"called {called} and ";
        var reason = RemoteText.Clean(finishReason, 50);

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
    /// <returns><see langword="null"/> if the server counted nothing.</returns>
    public AgentUsage? ToAgentUsage()
    {
        var usage = new AgentUsage(InputTokens ?? PromptTokens, OutputTokens ?? CompletionTokens, null);
        usage = usage with { TotalTokens = TotalTokens ?? usage.InputTokens + usage.OutputTokens };

        return usage is { InputTokens: null, OutputTokens: null, TotalTokens: null } ? null : usage;
    }
}
