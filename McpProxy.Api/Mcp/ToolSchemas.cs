using System.Text.Json.Nodes;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp;

/// <summary>
/// Publishes the tools' schemas in the plain form that every client takes. An optional argument is one that is not required, not one that may be null:
/// some clients refuse unions of types, and each costs the model tokens in every conversation.
/// </summary>
internal static class ToolSchemas
{
    /// <remarks>Done once, and not when the SDK's options are made: without sessions it makes them anew for every request, around the same tools.</remarks>
    public static void SimplifyToolSchemas(this IHost app)
    {
        foreach (var tool in app.Services.GetServices<McpServerTool>())
        {
            var schema = JsonObject.Create(tool.ProtocolTool.InputSchema)!;
            Simplify(schema);
            tool.ProtocolTool.InputSchema = ToolJson.Element(schema);

            // The tool itself has the title.
            tool.ProtocolTool.Annotations?.Title = null;
        }
    }

    private static void Simplify(JsonObject schema)
    {
        if (schema["type"] is JsonArray types)
        {
            schema["type"] = types.Select(type => (string?)type).Single(type => type is not "null");
        }

        if (schema.TryGetPropertyValue("default", out var value) && value is null)
        {
            schema.Remove("default");
        }

        if (!schema.ContainsKey("type") && !schema.ContainsKey("enum"))
        {
            // Any JSON but an empty text: some clients take an empty schema for a mistake.
            schema["minLength"] = 1;
        }

        foreach (var part in (schema["properties"] as JsonObject ?? []).Select(property => property.Value).Append(schema["items"]).OfType<JsonObject>())
        {
            Simplify(part);
        }
    }
}
