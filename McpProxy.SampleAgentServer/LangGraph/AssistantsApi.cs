using System.Globalization;
using System.Text.Json;

namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>Which graphs there are: one assistant for each agent, whose id is the graph's.</summary>
internal static class AssistantsApi
{
    private static readonly IReadOnlyList<Assistant> _assistants =
    [
        .. SampleAgents.All.Select((agent, index) => new Assistant(
            Guid.Parse($"00000000-0000-4000-8000-{index + 1:D12}"), agent.Id, agent.Id, agent.Description, DateTime.UtcNow)),
    ];

    private static readonly JsonElement _messages = JsonElement.Parse("""
        {
          "$schema": "http://json-schema.org/draft-07/schema#",
          "type": "object",
          "properties": {
            "messages": {
              "type": "array",
              "items": { "type": "object", "properties": { "type": { "type": "string" }, "content": { "type": "string" } } }
            }
          }
        }
        """);

    private static readonly JsonElement _nothing = JsonElement.Parse("""{ "$schema": "http://json-schema.org/draft-07/schema#", "type": "object" }""");

    public static void MapAssistants(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/assistants/search", SearchAsync);
        routes.MapGet("/assistants/{assistantId}", (string assistantId) => Json(Get(assistantId)));
        routes.MapGet("/assistants/{assistantId}/schemas", (string assistantId) => Json(new
        {
            Get(assistantId).GraphId,
            InputSchema = _messages,
            OutputSchema = _messages,
            StateSchema = _messages,
            ConfigSchema = _nothing,
            ContextSchema = _nothing,
        }));
    }

    /// <param name="id">An assistant's id or its graph's.</param>
    public static Assistant? Find(string id)
        => _assistants.FirstOrDefault(assistant => assistant.GraphId == id || assistant.AssistantId.ToString() == id);

    private static Assistant Get(string id) => Find(id) ?? throw LangGraphRequests.Refused(404, "Assistant not found");

    private static async Task<IResult> SearchAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var search = await LangGraphRequests.ReadAsync<SearchRequest>(context.Request, cancellationToken);
        CheckRange("limit", search.Limit, 1, 1000);
        CheckRange("offset", search.Offset, 0, int.MaxValue);
        Assistant[] found = [.. _assistants.Where(assistant => search.GraphId is null || search.GraphId == assistant.GraphId)];
        context.Response.Headers["x-pagination-total"] = found.Length.ToString(CultureInfo.InvariantCulture);

        return Json(found.Skip(search.Offset).Take(search.Limit));
    }

    private static void CheckRange(string field, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw value < least
                ? LangGraphRequests.Invalid("too_small", $"Number must be greater than or equal to {least}", field)
                : LangGraphRequests.Invalid("too_big", $"Number must be less than or equal to {most}", field);
        }
    }

    private static IResult Json<T>(T value) => Results.Json(value, LangGraphJson.Options);
}
