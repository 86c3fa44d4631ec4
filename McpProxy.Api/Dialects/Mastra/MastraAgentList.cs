using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Discovery;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>A server's list of agents, by their ids: as many as the proxy takes and one more, which says that there are too many.</summary>
[JsonConverter(typeof(Converter))]
internal sealed class MastraAgentList : Dictionary<string, MastraAgent?>
{
    /// <summary>What is only counted takes no memory: the agents of a long list take many times what the list takes.</summary>
    internal sealed class Converter : JsonConverter<MastraAgentList>
    {
        public override MastraAgentList Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                throw new JsonException();
            }

            var agents = new MastraAgentList();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var id = reader.GetString()!;
                reader.Read();
                if (agents.Count > AgentListing.MaxAgents)
                {
                    reader.Skip();
                }
                else if (!agents.TryAdd(id, JsonSerializer.Deserialize(ref reader, MastraJsonContext.Default.MastraAgent)))
                {
                    throw new JsonException();
                }
            }

            return agents;
        }

        public override void Write(Utf8JsonWriter writer, MastraAgentList value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
