using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Dialects.Mastra;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(MastraAgentList))]
[JsonSerializable(typeof(MastraAgent))]
[JsonSerializable(typeof(IReadOnlyList<AgentMessage>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(MastraReply))]
[JsonSerializable(typeof(MastraEvent))]
[JsonSerializable(typeof(MastraPauseDetails))]
[JsonSerializable(typeof(MastraDataFinish))]
internal sealed partial class MastraJsonContext : JsonSerializerContext
{
    /// <summary>Reads or passes on JSON that came as a part of an answer.</summary>
    public static T Read<T>(AgentServer server, Func<T?> read) => ReadAny(server, read) ?? throw MastraErrors.NotMastra(server);

    /// <summary>The same, of what need not be there.</summary>
    public static T? ReadAny<T>(AgentServer server, Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // The last two are how a lone surrogate and a name that comes twice are found.
            throw MastraErrors.NotMastra(server, exception);
        }
    }
}
