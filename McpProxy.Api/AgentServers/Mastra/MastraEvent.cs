using System.Text.Json.Serialization;

namespace McpProxy.Api.AgentServers.Mastra;

/// <summary>An event of a stream. Types that say nothing about the reply, or that are not known yet, stay this bare.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(MastraTextDelta), "text-delta")]
[JsonDerivedType(typeof(MastraToolCall), "tool-call")]
[JsonDerivedType(typeof(MastraApproval), "tool-call-approval")]
[JsonDerivedType(typeof(MastraSuspension), "tool-call-suspended")]
[JsonDerivedType(typeof(MastraFailure), "error")]
[JsonDerivedType(typeof(MastraTripwire), "tripwire")]
[JsonDerivedType(typeof(MastraFinish), "finish")]
internal record MastraEvent;

internal sealed record MastraTextDelta(MastraText? Payload) : MastraEvent;

internal sealed record MastraToolCall(MastraTool? Payload) : MastraEvent;

/// <summary>The agent waits until someone allows a tool.</summary>
internal sealed record MastraApproval : MastraEvent;

/// <summary>The agent waits for a tool that waits for something.</summary>
internal sealed record MastraSuspension : MastraEvent;

internal sealed record MastraFailure(AgentServerErrorBody? Payload) : MastraEvent;

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
internal sealed record MastraDataFinish(string? FinishReason, MastraUsage? Usage)
{
    public MastraFinish ToFinish() => new(new(new(FinishReason), new(Usage)));
}
