using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Discovery;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>A server's list of models, or of the entities of the Microsoft Agent Framework.</summary>
internal sealed record OpenAIListing(string? Object, OpenAIListed? Data, OpenAIListed? Entities)
{
    /// <returns>The list, if it is one of entities.</returns>
    public OpenAIListed? AsEntities() => Entities is { } entities && entities.All(entity => entity is { Id: not null, Type: not null }) ? entities : null;

    /// <returns>The list, if it is one of models.</returns>
    public OpenAIListed? AsModels()
        => Object is "list" && Data is { } models && models.All(model => model is { Id: not null, Object: null or "model" }) ? models : null;
}

/// <summary>What may be called as an agent.</summary>
internal sealed record OpenAIListedAgent(string? Id, string? Type, string? Object, string? Name, string? Description)
{
    public Agent ToAgent() => Agent.Of(Id!, Name, Description);
}

/// <summary>As many as the proxy takes and one more, which says that there are too many.</summary>
[JsonConverter(typeof(Converter))]
internal sealed class OpenAIListed : List<OpenAIListedAgent?>
{
    /// <summary>What is only counted takes no memory: the agents of a long list take many times what the list takes.</summary>
    internal sealed class Converter : JsonConverter<OpenAIListed>
    {
        public override OpenAIListed Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is not JsonTokenType.StartArray)
            {
                throw new JsonException();
            }

            var listed = new OpenAIListed();
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
            {
                if (listed.Count > AgentListing.MaxAgents)
                {
                    reader.Skip();
                }
                else
                {
                    listed.Add(JsonSerializer.Deserialize(ref reader, OpenAIJsonContext.Default.OpenAIListedAgent));
                }
            }

            return listed;
        }

        public override void Write(Utf8JsonWriter writer, OpenAIListed value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
