using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>An event of a stream. Types that say nothing about the reply, or that are not known yet, stay this bare.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(MastraStart), "start")]
[JsonDerivedType(typeof(MastraTextDelta), "text-delta")]
[JsonDerivedType(typeof(MastraReasoningDelta), "reasoning-delta")]
[JsonDerivedType(typeof(MastraToolCall), "tool-call")]
[JsonDerivedType(typeof(MastraToolResult), "tool-result")]
[JsonDerivedType(typeof(MastraSource), "source")]
[JsonDerivedType(typeof(MastraFile), "file")]
[JsonDerivedType(typeof(MastraObject), "object-result")]
[JsonDerivedType(typeof(MastraApproval), "tool-call-approval")]
[JsonDerivedType(typeof(MastraSuspension), "tool-call-suspended")]
[JsonDerivedType(typeof(MastraFailure), "error")]
[JsonDerivedType(typeof(MastraTripwire), "tripwire")]
[JsonDerivedType(typeof(MastraStepFinish), "step-finish")]
[JsonDerivedType(typeof(MastraFinish), "finish")]
internal record MastraEvent;

internal sealed record MastraStart(string? RunId) : MastraEvent;

internal sealed record MastraTextDelta(MastraText? Payload) : MastraEvent;

internal sealed record MastraReasoningDelta(MastraText? Payload) : MastraEvent;

/// <summary>The object an agent was asked for, once it is whole.</summary>
internal sealed record MastraObject(JsonElement? Object) : MastraEvent;

/// <summary>The agent waits for someone.</summary>
internal abstract record MastraPause(JsonObject? Payload) : MastraEvent;

/// <summary>Someone must allow a tool.</summary>
internal sealed record MastraApproval(JsonObject? Payload) : MastraPause(Payload);

/// <summary>A tool waits for something.</summary>
internal sealed record MastraSuspension(JsonObject? Payload) : MastraPause(Payload);

internal sealed record MastraFailure(AgentErrorBody? Payload) : MastraEvent;

/// <summary>A guard that the agent's makers put up stopped it.</summary>
internal sealed record MastraTripwire(MastraReason? Payload) : MastraEvent;

internal sealed record MastraStepFinish(MastraEnd? Payload) : MastraEvent;

internal sealed record MastraFinish(MastraEnd? Payload = null) : MastraEvent;

internal sealed record MastraText(string? Text);

internal sealed record MastraReason(string? Reason)
{
    public const string Suspended = "suspended";
}

internal sealed record MastraEnd(MastraStepResult? StepResult, MastraOutput? Output);

/// <param name="Reason">Why it ended.</param>
/// <param name="IsContinued">In the data stream, whether the next step goes on with the same text.</param>
internal sealed record MastraStepResult(string? Reason, bool IsContinued = false);

internal sealed record MastraOutput(MastraUsage? Usage);

/// <summary>How the data stream of AI SDK v4 ends, and each of its steps.</summary>
internal sealed record MastraDataFinish(string? FinishReason, MastraUsage? Usage, bool IsContinued = false)
{
    public MastraEnd ToEnd() => new(new(FinishReason, IsContinued), new(Usage?.WithTotal()));
}
