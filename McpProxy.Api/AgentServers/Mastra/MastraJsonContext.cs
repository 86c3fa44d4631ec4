using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers.Mastra;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Dictionary<string, MastraAgent>))]
[JsonSerializable(typeof(IReadOnlyList<AgentMessage>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(MastraReply))]
[JsonSerializable(typeof(MastraAnswer))]
[JsonSerializable(typeof(MastraEvent))]
[JsonSerializable(typeof(MastraDataFinish))]
internal sealed partial class MastraJsonContext : JsonSerializerContext
{
    /// <summary>Reads JSON that came as a part of an answer.</summary>
    public static T Read<T>(AgentServer server, Func<T?> read)
    {
        try
        {
            return read() ?? throw MastraErrors.NotMastra(server);
        }
        catch (JsonException exception)
        {
            throw MastraErrors.NotMastra(server, exception);
        }
    }

    /// <summary>Writes JSON whose parts came from a server, which may have left half a character in it.</summary>
    public static JsonElement Write<T>(AgentServer server, T value, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.SerializeToElement(value, type);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            throw MastraErrors.NotMastra(server, exception);
        }
    }
}
