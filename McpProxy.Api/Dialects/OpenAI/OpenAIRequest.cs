using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>Writes a call as servers want it, in the shortest form: strict ones refuse members that they do not know.</summary>
internal static class OpenAIRequest
{
    public static IReadOnlyList<string> ConversationOptions { get; } =
        ["previous_response_id", "conversation", "conversation_id", "user", "input"];

    /// <param name="server">To whom.</param>
    /// <param name="call">What.</param>
    /// <param name="thread">Where it goes on.</param>
    /// <param name="hasEntities">Whether the agent is an entity.</param>
    /// <param name="background">Whether the run may go on without its connection.</param>
    public static JsonObject Responses(AgentServer server, AgentCall call, OpenAIThread? thread, bool hasEntities, bool background)
    {
        var body = new JsonObject { ["model"] = call.AgentId, ["input"] = Input(server, call, thread, hasEntities) };
        if (thread?.Member is var (name, value))
        {
            body[name] = value;
        }

        if (background)
        {
            body["background"] = true;
        }

        // Where agents are entities, only a stream tells what an agent waits for.
        if (hasEntities || background || Streams(call))
        {
            body["stream"] = true;
        }

        body.SetMembers(call.Options);
        EnsureAgent(server, call, body);
        if (hasEntities)
        {
            var metadata = body["metadata"] as JsonObject ?? [];
            metadata["entity_id"] = call.AgentId;
            body["metadata"] = metadata.Parent is null ? metadata : metadata.DeepClone();
        }

        return body;
    }

    /// <param name="server">To whom.</param>
    /// <param name="call">What.</param>
    /// <param name="wantsUsage">Whether a stream shall tell what it cost.</param>
    public static JsonObject Chat(AgentServer server, AgentCall call, bool wantsUsage)
    {
        var body = new JsonObject { ["model"] = call.AgentId, ["messages"] = new JsonArray([.. call.Messages.Select(message => Message(message))]) };
        if (Streams(call))
        {
            body["stream"] = true;
            if (wantsUsage)
            {
                body["stream_options"] = new JsonObject { ["include_usage"] = true };
            }
        }

        // There are no threads, but some servers remember what they talked about with a user.
        if (call is { ThreadId: { } threadId, BeginsThread: false })
        {
            body["user"] = threadId;
        }

        body.SetMembers(call.Options);
        EnsureAgent(server, call, body);

        return body;
    }

    private static bool Streams(AgentCall call) => call.InteractionType is InteractionType.Stream || call.WantsText;

    private static JsonNode Input(AgentServer server, AgentCall call, OpenAIThread? thread, bool hasEntities) => call switch
    {
        { Resume: { } resume } => new JsonArray([.. Answers(server, resume, thread).Select(answer => Answer(answer, hasEntities))]),
        { Messages: [{ Role: AgentMessageRole.User, Content: var text }] } => text,
        _ => new JsonArray([.. call.Messages.Select(message => Message(message, "message"))]),
    };

    private static IReadOnlyList<OpenAIApprovalAnswer> Answers(AgentServer server, JsonNode resume, OpenAIThread? thread)
        => (thread is null ? null : OpenAIApprovalAnswer.ReadAll(resume, thread.Requests)) ?? throw OpenAIErrors.NoAnswer(server, thread);

    private static JsonObject Answer(OpenAIApprovalAnswer answer, bool hasEntities)
    {
        if (hasEntities)
        {
            var content = new JsonObject { ["type"] = "function_approval_response", ["request_id"] = answer.Id, ["approved"] = answer.IsApproved };

            return new JsonObject { ["type"] = "message", ["role"] = "user", ["content"] = new JsonArray(content) };
        }

        var item = new JsonObject { ["type"] = "mcp_approval_response", ["approval_request_id"] = answer.Id, ["approve"] = answer.IsApproved };
        if (answer.Reason is { } reason)
        {
            item["reason"] = reason;
        }

        return item;
    }

    private static JsonObject Message(AgentMessage message, string? type = null)
    {
        var role = message.Role switch
        {
            AgentMessageRole.Assistant => "assistant",
            AgentMessageRole.System => "system",
            _ => "user",
        };

        return type is null
            ? new JsonObject { ["role"] = role, ["content"] = message.Content }
            : new JsonObject { ["type"] = type, ["role"] = role, ["content"] = message.Content };
    }

    /// <summary>Who may call an agent may not call others by naming them in an option.</summary>
    private static void EnsureAgent(AgentServer server, AgentCall call, JsonObject body)
    {
        var named = new[] { body["model"], body["agent_id"], body["agent"] is JsonObject agent ? agent["name"] : body["agent"] };
        if (named.Any(name => name is not null && !(name is JsonValue value && value.TryGetValue(out string? id) && id == call.AgentId)))
        {
            throw OpenAIErrors.OtherAgent(server, call);
        }

        // To a server that knows agents by this member, the model is another matter.
        if (body.ContainsKey("agent_id"))
        {
            body.Remove("model");
        }
    }
}
