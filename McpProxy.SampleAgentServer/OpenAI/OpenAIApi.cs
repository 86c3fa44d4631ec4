namespace McpProxy.SampleAgentServer.OpenAI;

/// <summary>
/// What OpenAI-compatible agent servers have, under <c>/openai</c>: there the agents are entities, as with the Microsoft Agent Framework, and below
/// <c>/openai/v1</c> they are models, as with all others.
/// </summary>
internal static class OpenAIApi
{
    public static void MapOpenAI(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/openai/v1").AddEndpointFilter(RefusedException.AnswerAsync);
        api.MapGet("/entities", () => OpenAIJson.Result(new { Entities = SampleAgents.All.Select(agent => Entity.Of(agent, listed: true)) }));
        api.MapGet("/entities/{id}/info", (string id) => OpenAIJson.Result(Entity.Of(Find(id), listed: false)));
        api.MapGet("/models", () => OpenAIJson.Result(new { Object = "list", Data = SampleAgents.All.Select(Describe) }));
        api.MapGet("/models/{id}", (string id) => OpenAIJson.Result(Describe(SampleAgents.Find(id) ?? throw ChatApi.NoSuchModel(id))));
        api.MapResponses();
        api.MapChat();
    }

    private static object Describe(SampleAgent agent) => new { agent.Id, Object = "model", Created = 1_700_000_000, OwnedBy = "sample" };

    private static SampleAgent Find(string id) => SampleAgents.Find(id) ?? throw OpenAIJson.Refused(404, $"Entity '{id}' not found.");
}
