using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(AgentErrorBody))]
[JsonSerializable(typeof(OpenAIApproval[]))]
[JsonSerializable(typeof(OpenAIApprovalEvent))]
[JsonSerializable(typeof(OpenAIChatAnswer))]
[JsonSerializable(typeof(OpenAIConversation))]
[JsonSerializable(typeof(OpenAIEvent))]
[JsonSerializable(typeof(OpenAIItemEvent))]
[JsonSerializable(typeof(OpenAIListedAgent))]
[JsonSerializable(typeof(OpenAIListing))]
[JsonSerializable(typeof(OpenAIResponse))]
[JsonSerializable(typeof(OpenAIResponseEvent))]
[JsonSerializable(typeof(OpenAITextEvent))]
internal sealed partial class OpenAIJsonContext : JsonSerializerContext
{
    /// <summary>Reads JSON that came as a part of an answer.</summary>
    public static T Read<T>(AgentServer server, Func<T?> read)
    {
        try
        {
            return read() ?? throw OpenAIErrors.NotOpenAI(server);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is how a lone surrogate is found.
            throw OpenAIErrors.NotOpenAI(server, exception);
        }
    }
}
