using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>Why a run failed.</summary>
internal sealed record LangGraphRunError(string? Error = null, string? Message = null)
{
    /// <summary>What the graph itself said. The message around it may be a second error, as JSON in a string.</summary>
    [JsonIgnore]
    public string? Reason
    {
        get
        {
            if (Message?.StartsWith('{') is true)
            {
                try
                {
                    return JsonSerializer.Deserialize(Message, LangGraphJsonContext.Default.LangGraphRunError)?.Reason ?? Message;
                }
                catch (JsonException)
                {
                    return Message;
                }
            }

            return string.IsNullOrWhiteSpace(Message) ? Error : Message;
        }
    }

    /// <summary>What the server itself has to say comes as a mere text.</summary>
    public static LangGraphRunError Read(JsonElement json) => json.ValueKind is JsonValueKind.String
        ? new(Message: json.GetString())
        : json.Deserialize(LangGraphJsonContext.Default.LangGraphRunError) ?? new();
}
