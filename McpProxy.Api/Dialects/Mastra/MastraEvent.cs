using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>An event of a stream. Types that say nothing about the reply, or that are not known yet, stay this bare.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(MastraTextDelta), "text-delta")]
[JsonDerivedType(typeof(MastraToolCall), "tool-call")]
[JsonDerivedType(typeof(MastraSource), "source")]
[JsonDerivedType(typeof(MastraFile), "file")]
[JsonDerivedType(typeof(MastraObject), "object-result")]
[JsonDerivedType(typeof(MastraApproval), "tool-call-approval")]
[JsonDerivedType(typeof(MastraSuspension), "tool-call-suspended")]
[JsonDerivedType(typeof(MastraFailure), "error")]
[JsonDerivedType(typeof(MastraTripwire), "tripwire")]
[JsonDerivedType(typeof(MastraFinish), "finish")]
internal record MastraEvent
{
    /// <summary>Which run it happened in.</summary>
    public string? RunId { get; init; }
}

internal sealed record MastraTextDelta(MastraText? Payload) : MastraEvent;

internal sealed record MastraToolCall(MastraTool? Payload) : MastraEvent;

/// <summary>A part of the reply that is not text. The answer to <c>generate</c> has it as it is here.</summary>
internal abstract record MastraPart : MastraEvent
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Members { get; set; } = [];
}

internal sealed record MastraSource : MastraPart;

internal sealed record MastraFile : MastraPart;

/// <summary>The object an agent was asked for, once it is whole.</summary>
internal sealed record MastraObject(JsonElement? Object) : MastraEvent;

/// <summary>The agent waits for someone.</summary>
internal abstract record MastraPause(JsonElement? Payload) : MastraEvent;

/// <summary>Someone must allow a tool.</summary>
internal sealed record MastraApproval(JsonElement? Payload) : MastraPause(Payload);

/// <summary>A tool waits for something.</summary>
internal sealed record MastraSuspension(JsonElement? Payload) : MastraPause(Payload);

internal sealed record MastraFailure(AgentErrorBody? Payload) : MastraEvent;

/// <summary>A guard that the agent's makers put up stopped it.</summary>
internal sealed record MastraTripwire(MastraReason? Payload) : MastraEvent;

internal sealed record MastraFinish(MastraEnd? Payload = null) : MastraEvent;

internal sealed record MastraText(string? Text);

internal sealed record MastraReason(string? Reason)
{
    public const string Suspended = "suspended";
}

internal sealed record MastraEnd(MastraReason? StepResult, MastraOutput? Output);

internal sealed record MastraOutput(MastraUsage? Usage);

/// <summary>How the data stream of AI SDK v4 ends.</summary>
internal sealed record MastraDataFinish(string? FinishReason, MastraUsage? Usage);
