using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>What a run has come to. Members whose shape differs between servers are only looked for.</summary>
internal sealed record OpenAIResponse(
    string? Id,
    string? Status,
    IReadOnlyList<OpenAIItem?>? Output,
    OpenAIUsage? Usage,
    JsonElement? Error,
    JsonElement? IncompleteDetails,
    JsonElement? Conversation,
    bool? Background,
    bool? Store)
{
    /// <summary>The run has yet to begin, or goes on.</summary>
    [JsonIgnore]
    public bool IsActive => Status is "queued" or "in_progress";

    /// <summary>Whether it says anything that one of these servers would.</summary>
    [JsonIgnore]
    public bool IsMeaningful => Output is not null || Failure is not null || (Id is not null && Status is not null);

    /// <summary>Why the run failed, if it did.</summary>
    [JsonIgnore]
    public AgentErrorBody? Failure => Error is { ValueKind: JsonValueKind.Object or JsonValueKind.String } ? new(Error, null, null) : null;

    /// <summary>Why the run ended where it did.</summary>
    [JsonIgnore]
    public string? FinishReason => RemoteText.Clean(Member(IncompleteDetails, "reason") ?? Status, 50);

    /// <summary>The conversation that the server keeps by a name.</summary>
    [JsonIgnore]
    public string? ConversationId => Conversation is { ValueKind: JsonValueKind.String } id ? id.GetString() : Member(Conversation, "id");

    /// <summary>What the agent said, one message behind another.</summary>
    [JsonIgnore]
    public string Text => string.Join(
        "\n\n", (Output ?? []).OfType<OpenAIMessage>().Select(message => message.Content).Where(text => !string.IsNullOrEmpty(text)));

    /// <returns>The tools that the agent called last, and whose output is nowhere: its client would have to call them.</returns>
    public static IReadOnlyCollection<string> Unanswered(IEnumerable<OpenAIItem?> items)
    {
        var calls = new Dictionary<string, string>();
        foreach (var item in items)
        {
            switch (item)
            {
                case OpenAIMessage { Content.Length: > 0 }:
                    calls.Clear();
                    break;
                case OpenAIFunctionCall { Key: { } key } call when call.ToToolCall() is { } tool:
                    calls[key] = tool.Name;
                    break;
                case OpenAIFunctionOutput { CallId: { } id }:
                    calls.Remove(id);
                    break;
                default:
                    break;
            }
        }

        return calls.Values;
    }

    private static string? Member(JsonElement? element, string name) => element is { ValueKind: JsonValueKind.Object } members
        && members.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String ? member.GetString() : null;
}

/// <summary>A part of a response. Types that say nothing about the reply, such as thoughts, or that are not known, stay this bare.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(OpenAIMessage), "message")]
[JsonDerivedType(typeof(OpenAIFunctionCall), "function_call")]
[JsonDerivedType(typeof(OpenAIFunctionOutput), "function_call_output")]
[JsonDerivedType(typeof(OpenAIServerCall), "mcp_call")]
[JsonDerivedType(typeof(OpenAIApprovalRequest), "mcp_approval_request")]
internal record OpenAIItem
{
    /// <returns>Arguments, which may be JSON inside a string.</returns>
    public static JsonElement? ReadArguments(JsonElement? arguments)
    {
        try
        {
            return arguments is { ValueKind: JsonValueKind.String } text ? JsonElement.Parse(text.GetString()!) : arguments;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is how half a character is found.
            return null;
        }
    }
}

internal sealed record OpenAIMessage(string? Id, [property: JsonConverter(typeof(OpenAIContentConverter))] string? Content) : OpenAIItem;

/// <summary>A call of a tool.</summary>
internal abstract record OpenAICall(string? Name, JsonElement? Arguments) : OpenAIItem
{
    [JsonIgnore]
    public abstract string? Key { get; }

    public AgentToolCall? ToToolCall() => AgentToolCall.Read(Name, ReadArguments(Arguments));
}

/// <summary>The agent's server calls the tool if the output is among the items, and else its client would have to.</summary>
internal sealed record OpenAIFunctionCall(string? CallId, string? Name, JsonElement? Arguments) : OpenAICall(Name, Arguments)
{
    public override string? Key => CallId ?? Name;
}

internal sealed record OpenAIFunctionOutput(string? CallId) : OpenAIItem;

/// <summary>A call that the server has made itself.</summary>
internal sealed record OpenAIServerCall(string? Id, string? Name, JsonElement? Arguments) : OpenAICall(Name, Arguments)
{
    public override string? Key => Id ?? Name;
}

internal sealed record OpenAIApprovalRequest(string? Id, string? Name, JsonElement? Arguments) : OpenAIItem;

/// <summary>Tokens, under the names of Responses or of Chat Completions.</summary>
internal sealed record OpenAIUsage(long? InputTokens, long? OutputTokens, long? PromptTokens, long? CompletionTokens, long? TotalTokens)
{
    /// <returns><see langword="null"/> if the server counted nothing.</returns>
    public AgentUsage? ToAgentUsage()
    {
        var usage = new AgentUsage(InputTokens ?? PromptTokens, OutputTokens ?? CompletionTokens, null);
        usage = usage with { TotalTokens = TotalTokens ?? usage.InputTokens + usage.OutputTokens };

        return usage.TotalTokens is null or 0 ? null : usage;
    }
}

/// <summary>What a new conversation is called.</summary>
internal sealed record OpenAIConversation(string? Id);
