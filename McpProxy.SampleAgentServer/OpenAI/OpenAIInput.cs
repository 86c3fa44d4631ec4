using System.Text.Json;

namespace McpProxy.SampleAgentServer.OpenAI;

/// <summary>Reads what clients send, and refuses it in the words of real servers.</summary>
internal static class OpenAIInput
{
    public static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, OpenAIJson.Options, cancellationToken) ?? throw Invalid("Expected an object.");
        }
        catch (JsonException exception)
        {
            throw Invalid($"Invalid request body: {exception.Path}");
        }
    }

    /// <returns>What was said, and what was answered to what an agent waits for.</returns>
    public static IReadOnlyList<AgentMessage> ReadAll(JsonElement input)
    {
        try
        {
            return input.ValueKind is JsonValueKind.Array ? [.. input.EnumerateArray().Select(Read)] : AgentMessage.ReadAll(input);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw OpenAIJson.Refused(400, "Invalid 'input'.", "invalid_value", "input");
        }
    }

    /// <returns>Which requests of agents the input answers.</returns>
    public static IEnumerable<string> Approvals(JsonElement input)
        => input.ValueKind is JsonValueKind.Array ? input.EnumerateArray().Select(item => Approval(item)?.Id).OfType<string>() : [];

    private static AgentMessage Read(JsonElement item) => Approval(item) is { } approval
        ? new(AgentMessage.Answer, approval.IsApproved ? "true" : "false")
        : AgentMessage.ReadAll(item)[0];

    private static (string Id, bool IsApproved)? Approval(JsonElement item)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        if (item.TryGetProperty("approval_request_id", out var id))
        {
            return (id.GetString()!, item.GetProperty("approve").GetBoolean());
        }

        return item.TryGetProperty("content", out var content) && content.ValueKind is JsonValueKind.Array && content.GetArrayLength() > 0
            && content[0].TryGetProperty("request_id", out var requestId)
            ? (requestId.GetString()!, content[0].GetProperty("approved").GetBoolean())
            : null;
    }

    private static RefusedException Invalid(string message) => OpenAIJson.Refused(400, message, "invalid_json");
}
