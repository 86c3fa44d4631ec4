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
        SetThread(body, call);
        body.SetMembers(call.Options);

        return body;
    }

    /// <summary>Writes the answer to what a run waits for. A yes or a no is how a call of a tool is allowed.</summary>
    public static JsonObject Resume(AgentCall call, MastraThread waiting)
    {
        var answer = call.Resume!.GetValueKind() is JsonValueKind.True or JsonValueKind.False
            ? new JsonObject { ["approved"] = call.Resume.DeepClone() }
            : call.Resume.DeepClone();
        var body = new JsonObject { ["runId"] = waiting.RunId, ["resumeData"] = answer };
        if (waiting.ToolCallId is not null)
        {
            body["toolCallId"] = waiting.ToolCallId;
        }

        SetThread(body, call);
        body.SetMembers(call.Options);

        return body;
    }

    private static void SetThread(JsonObject body, AgentCall call)
    {
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
    }
}
