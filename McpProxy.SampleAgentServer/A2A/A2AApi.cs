using System.Text.Json.Nodes;

namespace McpProxy.SampleAgentServer.A2A;

/// <summary>Each agent as an A2A server of its own, 1.0 and 0.3, with JSON-RPC and with HTTP alone, under <c>/a2a</c>.</summary>
internal static class A2AApi
{
    private static readonly (string Binding, string Version)[] _forms = [("JSONRPC", "1.0"), ("HTTP+JSON", "1.0"), ("JSONRPC", "0.3"), ("HTTP+JSON", "0.3")];

    public static void MapA2A(this IEndpointRouteBuilder routes)
    {
        var agents = routes.MapGroup("/a2a").AddEndpointFilter(RefusedException.AnswerAsync);
        agents.MapGet("/.well-known/{agentId}/agent-card.json", ShowCard);
        agents.MapGet("/{agentId}/.well-known/agent-card.json", ShowCard);
        agents.MapPost("/{agentId}", ([AsParameters] A2ACall call, CancellationToken stop) => call.DispatchAsync(stop));
        foreach (var isOld in new[] { false, true })
        {
            var wire = new A2AWire(IsRest: true, isOld);
            var rest = agents.MapGroup(isOld ? "/{agentId}/v1" : "/{agentId}");
            rest.MapPost("/message:send", async ([AsParameters] A2ACall call, CancellationToken stop)
                => await call.SendAsync(wire, await call.BodyAsync(), stop));
            rest.MapPost("/message:stream", async ([AsParameters] A2ACall call, CancellationToken stop)
                => call.Stream(wire, await call.BodyAsync(), stop));
            rest.MapGet("/tasks/{taskId}", ([AsParameters] A2ACall call, string taskId) => call.Show(wire, taskId));
            rest.MapPost("/tasks/{taskId}:cancel", ([AsParameters] A2ACall call, string taskId) => call.CancelAsync(wire, taskId));
            rest.MapPost("/tasks/{taskId}:subscribe", ([AsParameters] A2ACall call, string taskId, CancellationToken stop)
                => call.Subscribe(wire, taskId, stop));
        }
    }

    /// <summary>The card in the version that is asked for.</summary>
    private static IResult ShowCard(string agentId, HttpRequest request)
    {
        if (SampleAgents.Find(agentId) is not { } agent)
        {
            return Results.NotFound();
        }

        var card = new JsonObject
        {
            ["name"] = agent.Id,
            ["description"] = agent.Description,
            ["version"] = "1",
            ["capabilities"] = new JsonObject { ["streaming"] = true },
            ["defaultInputModes"] = new JsonArray("text/plain"),
            ["defaultOutputModes"] = new JsonArray("text/plain"),
            ["skills"] = new JsonArray(
                new JsonObject { ["id"] = agent.Id, ["name"] = agent.Name, ["description"] = agent.Instructions, ["tags"] = new JsonArray() }),
        };
        var url = $"{request.Scheme}://{request.Host}/a2a/{agentId}";
        if (A2AWire.IsOldVersion(request))
        {
            (card["protocolVersion"], card["url"], card["preferredTransport"]) = ("0.3.0", url, "JSONRPC");
            card["additionalInterfaces"] = new JsonArray(new JsonObject { ["url"] = url, ["transport"] = "HTTP+JSON" });
        }
        else
        {
            card["supportedInterfaces"] = new JsonArray([.. _forms.Select(
                form => new JsonObject { ["url"] = url, ["protocolBinding"] = form.Binding, ["protocolVersion"] = form.Version })]);
        }

        request.HttpContext.Response.Headers.Vary = "A2A-Version";

        return Results.Json(card);
    }
}
