using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>What a task waits for.</summary>
internal static class A2AQuestion
{
    /// <returns>What the agent asks.</returns>
    public static AgentQuestion Of(A2AStatus status)
        => IsElsewhere(status) ? AgentQuestion.YesOrNo($"Sign in, or allow it, elsewhere: {Text(status)}\nIs that done?") : new(Text(status));

    /// <returns>What the agent asks, and how it is answered.</returns>
    public static string Format(A2AStatus status, string? threadId) => IsElsewhere(status)
        ? $"""
            The agent waits until someone has signed in, or has allowed it, elsewhere: {Text(status)}

            After that, call it again with threadId {threadId} and resume true.
            """
        : AgentQuestion.Format(Text(status), threadId);

    /// <returns>The question part by part.</returns>
    public static JsonElement ToJson(A2AStatus status)
    {
        var content = new A2AContent(status.Message?.AllParts ?? []);
        var parts = content.HasText ? new JsonArray(new JsonObject { ["text"] = content.Text }) : [];
        foreach (var data in content.Data)
        {
            parts.Add((JsonNode)new JsonObject { ["data"] = A2AContent.ToNode(data) });
        }

        return JsonSerializer.SerializeToElement(parts, A2AJsonContext.Default.JsonArray);
    }

    private static bool IsElsewhere(A2AStatus status) => status.Name is "auth-required";

    private static string Text(A2AStatus status)
    {
        var content = new A2AContent(status.Message?.AllParts ?? []);
        string[] asked = [.. content.HasText ? [content.Text] : Array.Empty<string>(), .. content.Data.Select(ReadableJson.Of)];

        return asked is [] ? "(it does not say what)" : string.Join('\n', asked);
    }
}
