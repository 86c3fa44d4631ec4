using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>What is sent to run a graph.</summary>
internal static class LangGraphRequest
{
    /// <param name="call">What to run.</param>
    /// <param name="mark">Identifies this run until its server has told the run's id.</param>
    public static JsonObject Body(AgentCall call, string mark)
    {
        var body = new JsonObject { ["assistant_id"] = call.AgentId, ["if_not_exists"] = "create" };
        if (call.Resume is { } answer)
        {
            // Nothing can wait for an answer on a thread that is not there.
            (body["command"], body["if_not_exists"]) = (new JsonObject { ["resume"] = answer.DeepClone() }, "reject");
        }
        else
        {
            var messages = JsonSerializer.SerializeToNode(call.Messages, LangGraphJsonContext.Default.IReadOnlyListAgentMessage);
            body["input"] = new JsonObject { ["messages"] = messages };
        }

        if (call.ResourceId is not null)
        {
            // LangGraph knows no resources, but keeps this with the thread and the run, and finds them by it.
            body["metadata"] = new JsonObject { ["resource_id"] = call.ResourceId };
        }

        body.SetMembers(call.Options);

        Ensure(body, call, mark);

        return body;
    }

    /// <summary>Sets what following, joining and cancelling the run rely on, which no option may change.</summary>
    private static void Ensure(JsonObject body, AgentCall call, string mark)
    {
        body["stream_mode"] = new JsonArray("messages-tuple", "values");
        body["stream_resumable"] = true;
        body["on_disconnect"] = "continue";
        if (call.ThreadId is null)
        {
            body["if_not_exists"] = "create";
        }

        if ((body["metadata"] ??= new JsonObject()) is JsonObject metadata)
        {
            metadata[LangGraphRunMetadata.Mark] = mark;
        }
    }
}
