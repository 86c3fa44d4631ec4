using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>Writes a call as A2A servers want it: in one form since 1.0, before that in one for each binding.</summary>
internal static class A2ARequest
{
    public static IReadOnlyList<string> ConversationOptions { get; } = ["message", "tenant", "metadata"];

    /// <param name="form">The version and the binding.</param>
    /// <param name="call">What to send.</param>
    /// <param name="thread">The conversation, and the task that waits for this.</param>
    /// <param name="waits">Whether the server is to answer only when the agent has.</param>
    public static JsonObject Parameters(A2AInterface form, AgentCall call, A2AThread thread, bool waits)
    {
        var parameters = new JsonObject
        {
            ["message"] = Message(form, call, thread),
            ["configuration"] = new JsonObject
            {
                ["acceptedOutputModes"] = new JsonArray("text/plain", "application/json"),

                // The last message is the answer of an agent that leaves nothing else.
                ["historyLength"] = 1,
                [form.IsOld ? "blocking" : "returnImmediately"] = form.IsOld == waits,
            },
        };
        if (call.ResourceId is not null)
        {
            parameters["metadata"] = new JsonObject { ["resourceId"] = call.ResourceId };
        }

        parameters.SetMembers(call.Options);

        return parameters;
    }

    private static JsonObject Message(A2AInterface form, AgentCall call, A2AThread thread)
    {
        var message = new JsonObject
        {
            ["messageId"] = Guid.NewGuid().ToString(),
            ["role"] = form is { IsOld: true, IsRest: false } ? "user" : "ROLE_USER",
            [form is { IsOld: true, IsRest: true } ? "content" : "parts"] = new JsonArray([.. Parts(form, call)]),
        };
        SetIfAny("contextId", thread.ContextId);
        SetIfAny("taskId", thread.TaskId);
        if (form is { IsOld: true, IsRest: false })
        {
            message["kind"] = "message";
        }

        return message;

        void SetIfAny(string name, string? value)
        {
            if (value is not null)
            {
                message[name] = value;
            }
        }
    }

    /// <remarks>A message is all that can be sent: where several are, each is a part of it, and says whose it is.</remarks>
    private static IEnumerable<JsonNode> Parts(A2AInterface form, AgentCall call) => call switch
    {
        { Resume: { } answer } => [Answer(form, answer)],
        { Messages: [{ Role: AgentMessageRole.User } only] } => [Text(form, only.Content)],
        _ => call.Messages.Select(message => Text(form, $"{message.Role}: {message.Content}")),
    };

    /// <remarks>Data is an object in 0.3, and some agents read an answer that is a yes or a no only as a word.</remarks>
    private static JsonObject Answer(A2AInterface form, JsonNode answer) => (answer.GetValueKind(), form) switch
    {
        (JsonValueKind.Object, { IsOld: false }) => new() { ["data"] = answer.DeepClone() },
        (JsonValueKind.Object, { IsRest: true }) => new() { ["data"] = new JsonObject { ["data"] = answer.DeepClone() } },
        (JsonValueKind.Object, _) => new() { ["kind"] = "data", ["data"] = answer.DeepClone() },
        (JsonValueKind.True, _) => Text(form, "yes"),
        (JsonValueKind.False, _) => Text(form, "no"),
        (JsonValueKind.String, _) => Text(form, answer.GetValue<string>()),
        _ => Text(form, answer.ToJsonString()),
    };

    private static JsonObject Text(A2AInterface form, string text)
        => form is { IsOld: true, IsRest: false } ? new() { ["kind"] = "text", ["text"] = text } : new() { ["text"] = text };
}
