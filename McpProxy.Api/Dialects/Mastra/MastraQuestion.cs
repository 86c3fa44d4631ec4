using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>What a run waits for: that a call of a tool is allowed, or what a tool has asked.</summary>
/// <param name="RunId">Which run.</param>
/// <param name="Payload">All that is told of it.</param>
/// <param name="Details">What of that is understood.</param>
internal sealed record MastraQuestion(string RunId, JsonElement Payload, MastraPauseDetails Details)
{
    private const int MaxName = 100;

    /// <returns><see langword="null"/> if it is not told what could be answered.</returns>
    public static MastraQuestion? Of(string? runId, JsonElement? payload)
    {
        if (runId is null || payload is not { ValueKind: JsonValueKind.Object } known)
        {
            return null;
        }

        AgentResponse.RejectHalfCharacters(known);

        return new(runId, known, known.Deserialize(MastraJsonContext.Default.MastraPauseDetails)!);
    }

    /// <summary>What the conversation is called until this is answered.</summary>
    public string ThreadId(string? threadId) => new MastraThread(threadId, RunId, Details.ToolCallId).ToString()!;

    /// <returns>The same in words.</returns>
    public AgentQuestion ToQuestion()
        => Details.SuspendPayload is { } asked ? new(ReadableJson.Of(asked), ReadSchema()) : AgentQuestion.YesOrNo($"May it {Wish}?");

    /// <returns>What the agent asks, behind what it has said, and how it is answered.</returns>
    public string Format(string? said, string? threadId) => (string.IsNullOrEmpty(said) ? "" : $"{said}\n\n") + (Details.SuspendPayload is { } asked
        ? AgentQuestion.Format(ReadableJson.Of(asked), ThreadId(threadId)) + Schema
        : $"""
            The agent stopped and waits to be allowed to {Wish}.

            To answer, call it again with threadId {ThreadId(threadId)} and resume true or false.
            """);

    private string Wish => $"call '{RemoteText.Clean(Details.ToolName, MaxName) ?? "a tool"}'"
        + (Details.Args is { ValueKind: JsonValueKind.Object } members && members.GetPropertyCount() > 0 ? $" with {ReadableJson.Of(members)}" : "");

    private string Schema => Details.ResumeSchema is { ValueKind: JsonValueKind.String } schema ? $" It has to fit this JSON schema: {schema.GetString()}" : "";

    /// <remarks>It is JSON inside a string, where nothing has looked for half characters and for names that come twice.</remarks>
    private JsonObject? ReadSchema()
    {
        try
        {
            return Details.ResumeSchema is { ValueKind: JsonValueKind.String } schema && JsonNode.Parse(schema.GetString()!) is JsonObject members
                ? RemoteText.CleanTree(members)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}

internal sealed record MastraPauseDetails(string? ToolCallId, string? ToolName, JsonElement? Args, JsonElement? SuspendPayload, JsonElement? ResumeSchema);
