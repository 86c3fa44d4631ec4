using System.Text.Json;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>What all events of a stream have: what is behind that is read by the type.</summary>
internal sealed record OpenAIEvent(string? Type, long? SequenceNumber, string? Object);

/// <summary>The run as it stands.</summary>
internal sealed record OpenAIResponseEvent(JsonElement Response);

/// <summary>A piece of a message, or at its end the whole.</summary>
internal sealed record OpenAITextEvent(string? ItemId, int? OutputIndex, int? ContentIndex, string? Delta, string? Text, string? Refusal)
{
    /// <summary>Which message it belongs to.</summary>
    public string Message => OutputIndex is { } index ? $"{index}" : ItemId ?? "";

    /// <summary>Which part of that.</summary>
    public string Part => $"{Message}/{ContentIndex ?? 0}";
}

/// <summary>A part of the response that is complete.</summary>
internal sealed record OpenAIItemEvent(int? OutputIndex, OpenAIItem? Item);

/// <summary>The agent waits to be allowed a call, as the Microsoft Agent Framework says it.</summary>
internal sealed record OpenAIApprovalEvent(string? RequestId, OpenAIApprovalCall? FunctionCall);

internal sealed record OpenAIApprovalCall(string? Name, JsonElement? Arguments);
