using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace McpProxy.SampleAgentServer.A2A;

/// <summary>One request to an agent.</summary>
internal sealed record A2ACall(
    string AgentId, HttpRequest Request, SampleAgents Agents, RecentThreads<A2ATask> Tasks, RecentThreads<A2AContext> Contexts)
{
    /// <summary>Does what a JSON-RPC request says.</summary>
    public async Task<IResult> DispatchAsync(CancellationToken cancellationToken)
    {
        var body = await BodyAsync();
        var wire = new A2AWire(IsRest: false, A2AWire.IsOldVersion(Request), body["id"]);
        var parameters = body["params"] as JsonObject ?? [];
        var taskId = (string?)parameters["id"] ?? "";

        return ((string?)body["method"], wire.IsOld) switch
        {
            ("SendMessage", false) or ("message/send", true) => await SendAsync(wire, parameters, cancellationToken),
            ("SendStreamingMessage", false) or ("message/stream", true) => Stream(wire, parameters, cancellationToken),
            ("GetTask", false) or ("tasks/get", true) => Show(wire, taskId),
            ("SubscribeToTask", false) or ("tasks/resubscribe", true) => Subscribe(wire, taskId, cancellationToken),
            ("CancelTask", false) or ("tasks/cancel", true) => await CancelAsync(wire, taskId),
            _ => throw wire.Refused(-32601, 501, "METHOD_NOT_FOUND", "There is no such method"),
        };
    }

    public async Task<IResult> SendAsync(A2AWire wire, JsonObject parameters, CancellationToken cancellationToken)
    {
        var (task, waits) = Start(wire, parameters);
        if (waits)
        {
            await task.WaitAsync(cancellationToken);
        }

        return wire.Answer(wire.Event("task", "task", task.Describe(wire)));
    }

    public IResult Stream(A2AWire wire, JsonObject parameters, CancellationToken cancellationToken)
        => Events(wire, Start(wire, parameters).Task, cancellationToken);

    public IResult Show(A2AWire wire, string taskId)
        => wire.Answer(wire is { IsOld: true, IsRest: false } ? wire.Event("", "task", Find(wire, taskId).Describe(wire)) : Find(wire, taskId).Describe(wire));

    public IResult Subscribe(A2AWire wire, string taskId, CancellationToken cancellationToken)
        => Find(wire, taskId) is { IsOver: false } task
            ? Events(wire, task, cancellationToken)
            : throw wire.Refused(-32004, 400, "UNSUPPORTED_OPERATION", "The task is over");

    public async Task<IResult> CancelAsync(A2AWire wire, string taskId)
    {
        var task = Find(wire, taskId);
        if (task.IsOver)
        {
            throw wire.Refused(-32002, 400, "TASK_NOT_CANCELABLE", "The task is over");
        }

        await task.CancelAsync();

        return Show(wire, taskId);
    }

    public async Task<JsonObject> BodyAsync()
    {
        try
        {
            return await JsonNode.ParseAsync(Request.Body) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static ServerSentEventsResult<string> Events(A2AWire wire, A2ATask task, CancellationToken cancellationToken)
        => TypedResults.ServerSentEvents(task.ReadAsync(wire, cancellationToken).Select(wire.Item));

    private (A2ATask Task, bool Waits) Start(A2AWire wire, JsonObject parameters)
    {
        var agent = SampleAgents.Find(AgentId) ?? throw new RefusedException(Results.NotFound());
        var message = wire.ReadMessage(parameters);
        if (message.TaskId is null)
        {
            var contextId = message.ContextId ?? Guid.NewGuid().ToString();
            var begun = new A2ATask(Agents, agent, Contexts.GetOrAdd(contextId, new(contextId)));
            Tasks.GetOrAdd(begun.Id, begun);
            begun.Work(new("user", message.Text), answer: null);

            return (begun, message.Waits);
        }

        var task = Find(wire, message.TaskId);
        if (task.State is not "input-required")
        {
            throw wire.Refused(-32004, 400, "UNSUPPORTED_OPERATION", "The task takes no messages now");
        }

        task.Work(new("user", message.Text), message.Answer);

        return (task, message.Waits);
    }

    private A2ATask Find(A2AWire wire, string taskId)
        => Tasks.Find(taskId) is { } task && task.AgentId == AgentId ? task : throw wire.Refused(-32001, 404, "TASK_NOT_FOUND", "There is no such task");
}
