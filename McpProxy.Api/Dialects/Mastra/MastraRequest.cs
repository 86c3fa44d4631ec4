using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>Writes a call as Mastra servers want it.</summary>
internal static class MastraRequest
{
    public static IReadOnlyList<string> ConversationOptions { get; } = ["memory", "threadId", "resourceId", "requestContext", "runtimeContext"];

    /// <summary>What is asked with these, only the answer to <c>generate</c> holds.</summary>
    private static readonly string[] _wholeAnswers = ["output", "experimental_output", "structuredOutput", "returnScorerData", "tracingOptions", "untilIdle"];

    /// <returns>Whether a stream would leave out what was asked for.</returns>
    public static bool NeedsWholeAnswer(AgentCall call) => _wholeAnswers.Any(name => call.Options?.ContainsKey(name) is true);

    /// <remarks>
    /// A thread is named in both forms, since each server reads its own and overlooks the other: <c>memory</c> since 1.0, two members of the
    /// body before that and on the legacy endpoints. No server keeps a thread without a resource, so the thread stands in for a missing one.
    /// </remarks>
    public static JsonObject Body(AgentCall call)
    {
        var body = new JsonObject { ["messages"] = JsonSerializer.SerializeToNode(call.Messages, MastraJsonContext.Default.IReadOnlyListAgentMessage) };
        var resource = call.ResourceId ?? call.ThreadId;
        if (resource is not null)
        {
            body["resourceId"] = resource;
        }

        if (call.ThreadId is { } thread)
        {
            body["threadId"] = thread;
            body["memory"] = new JsonObject { ["thread"] = thread, ["resource"] = resource };
        }

        body.SetMembers(call.Options);

        return body;
    }
}
