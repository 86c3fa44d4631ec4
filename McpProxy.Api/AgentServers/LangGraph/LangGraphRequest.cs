using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpProxy.Api.AgentServers.LangGraph;

/// <summary>What is sent to run a graph.</summary>
internal static class LangGraphRun
{
    public static JsonObject Body(AgentCall call)
    {
        var messages = JsonSerializer.SerializeToNode(call.Messages, LangGraphJsonContext.Default.IReadOnlyListAgentMessage);
        var body = new JsonObject { ["assistant_id"] = call.AgentId, ["input"] = new JsonObject { ["messages"] = messages } };
        if (call.ThreadId is not null)
        {
            body["if_not_exists"] = "create";
        }

        if (call.ResourceId is not null)
        {
            // LangGraph knows no resources, but keeps this with the thread and the run, and finds them by it.
            body["metadata"] = new JsonObject { ["resource_id"] = call.ResourceId };
        }

        foreach (var (name, value) in call.Options ?? [])
        {
            body[name] = value?.DeepClone();
        }

        return body;
    }

    public static JsonObject StreamBody(AgentCall call)
    {
        var body = Body(call);

        // These are the events that are understood here, so no option changes them.
        body["stream_mode"] = new JsonArray("messages-tuple", "values");

        return body;
    }
}
