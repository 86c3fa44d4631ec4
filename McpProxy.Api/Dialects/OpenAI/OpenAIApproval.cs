using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>Something that an agent wants to do, and waits to be allowed.</summary>
internal sealed record OpenAIApproval(string Id, string? Name, JsonObject? Arguments)
{
    private const int MaxId = 200;

    /// <summary>What would be done: text from the agent server, cleaned.</summary>
    private string Wish => $"call '{Name ?? "a tool"}'" + (Arguments is { Count: > 0 }
        ? $" with {ReadableJson.Of(Arguments)}"
        : "");

    /// <returns><see langword="null"/> if it has no id under which it can be answered.</returns>
    public static OpenAIApproval? Of(string? id, string? name, JsonElement? arguments)
        => id is { Length: > 0 and <= MaxId } && AgentToolCall.Read(name ?? "tool", OpenAIItem.ReadArguments(arguments)) is { } wanted
            ? new(id, wanted.Name, wanted.Arguments)
            : null;

    /// <returns>What the agent asks.</returns>
    public static AgentQuestion Question(IReadOnlyList<OpenAIApproval> approvals) => approvals switch
    {
        [var only] => AgentQuestion.YesOrNo($"May it {only.Wish}?"),
        _ => AgentQuestion.Several("May it do these?", [.. approvals.Select(approval => (approval.Id, approval.Wish))], "boolean"),
    };

    /// <returns>What the agent asks, and how it is answered.</returns>
    public static string Format(IReadOnlyList<OpenAIApproval> approvals, string threadId) => approvals switch
    {
        [var only] => $$"""
            The agent stopped and waits to be allowed to {{only.Wish}}.

            To answer, call it again with threadId {{threadId}} and resume true or false, or {"approve": false, "reason": "..."}.
            """,
        _ => $"""
            The agent stopped and waits to be allowed to do these:
            {string.Join('\n', approvals.Select(approval => $"{approval.Id}: {approval.Wish}"))}

            To answer, call it again with threadId {threadId} and as resume true or false for all, or an object with true or false for each under its id.
            """,
    };
}

/// <summary>An answer to one of them.</summary>
internal sealed record OpenAIApprovalAnswer(string Id, bool IsApproved, string? Reason)
{
    /// <summary>Reads what a caller answered: one answer for all that the agent waits for, or one for each.</summary>
    /// <returns><see langword="null"/> if it answers something else, or not all.</returns>
    public static IReadOnlyList<OpenAIApprovalAnswer>? ReadAll(JsonNode resume, IReadOnlyList<string> requests)
    {
        if (Read("", resume) is { } all)
        {
            return requests is [] ? null : [.. requests.Select(id => all with { Id = id })];
        }

        if (resume is not JsonObject { Count: > 0 } members)
        {
            return null;
        }

        OpenAIApprovalAnswer[] each = [.. members.Select(member => Read(member.Key, member.Value)).OfType<OpenAIApprovalAnswer>()];
        var isComplete = each.Length == members.Count && (requests is [] || (each.Length == requests.Count && requests.All(members.ContainsKey)));

        return isComplete ? each : null;
    }

    private static OpenAIApprovalAnswer? Read(string id, JsonNode? answer) => answer switch
    {
        JsonValue value when value.TryGetValue(out bool isApproved) => new(id, isApproved, null),
        JsonObject members when members["approve"] is JsonValue value && value.TryGetValue(out bool isApproved)
            => new(id, isApproved, members["reason"] is JsonValue reason && reason.TryGetValue(out string? text) ? text : null),
        _ => null,
    };
}
