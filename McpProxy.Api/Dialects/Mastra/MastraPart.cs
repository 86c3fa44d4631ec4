using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>An event that <c>generate</c> repeats in its answer as it is: a part of the answer that is not text.</summary>
internal abstract record MastraPart : MastraEvent
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Members { get; set; } = [];
}

/// <remarks>Servers since 1.0 wrap its members in a <c>payload</c>.</remarks>
internal sealed record MastraToolCall : MastraPart
{
    public AgentToolCall? ToToolCall(AgentServer server) => Members.TryGetValue("payload", out var payload)
        ? MastraJsonContext.Read(server, () => payload.Deserialize(MastraJsonContext.Default.MastraTool)).ToToolCall()
        : AgentToolCall.Read(Text(server, "toolName"), Members.GetValueOrDefault("args"));

    private string? Text(AgentServer server, string member) => Members.TryGetValue(member, out var text)
        ? MastraJsonContext.Read(server, () => text.Deserialize(MastraJsonContext.Default.String))
        : null;
}

internal sealed record MastraToolResult : MastraPart
{
    /// <summary>In the data stream a result does not repeat its call; in the answer it does.</summary>
    public MastraToolResult Of(IEnumerable<MastraToolCall> calls)
    {
        var call = calls.FirstOrDefault(call => $"{call.Members.GetValueOrDefault("toolCallId")}" == $"{Members.GetValueOrDefault("toolCallId")}");

        return new() { Members = new((call?.Members ?? []).Concat(Members).DistinctBy(member => member.Key)) };
    }
}

internal sealed record MastraSource : MastraPart;

internal sealed record MastraFile : MastraPart;
