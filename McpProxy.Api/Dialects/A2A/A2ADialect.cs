using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>
/// Speaks to agents that speak A2A, 1.0 as well as 0.3, with JSON-RPC or HTTP alone: each has a card that says so. A call becomes a task there, if the agent
/// wants to.
/// </summary>
internal sealed class A2ADialect(AgentHttpClient http, ConnectionOptions options, ServerUrlPolicy policy, TimeProvider time, ILogger<A2ADialect> logger)
    : IAgentDialect, IResumableRuns
{
    /// <summary>How long a call that is cancelled waits for the name of its task, without which that can't be cancelled.</summary>
    private static readonly TimeSpan _timeForName = TimeSpan.FromSeconds(1);

    private readonly A2ACards _cards = new(http, options, policy, time);

    public string ServerType => "a2a";

    public IReadOnlyList<string> ConversationOptions => A2ARequest.ConversationOptions;

    public Task<IReadOnlyList<Agent>> ListAgentsAsync(AgentServer server, CancellationToken cancellationToken) => _cards.ListAsync(server, cancellationToken);

    public async Task<JsonObject> DescribeAgentAsync(AgentServer server, string agentId, Caller caller, CancellationToken cancellationToken)
    {
        var details = new JsonObject();
        var (card, _) = await A2ACards.ReadAsync(server, agentId, async request =>
        {
            details = await http.GetAsync(server, request, A2AJsonContext.Default.JsonObject, caller, cancellationToken);

            return A2AErrors.Read(server, () => details.Deserialize(A2AJsonContext.Default.A2ACard));
        });

        return card.HasExtendedCard ? await ReadExtendedAsync(server, agentId, caller, cancellationToken) ?? details : details;
    }

    public async IAsyncEnumerable<AgentUpdate> CallAsync(
        AgentServer server, AgentCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var thread = call.ThreadId is null || call.BeginsThread ? new(null, null) : A2AThread.Parse(call.ThreadId);
        if (call.Resume is not null && thread.TaskId is null)
        {
            throw AgentErrors.NoQuestion(server);
        }

        var agent = await _cards.FindAsync(server, call.AgentId, call.Caller, cancellationToken);
        var answer = new A2AAnswer(agent.Server, call, thread.ContextId);
        await using var run = new A2ATaskRun(http, agent, call, answer, logger);
        if (thread.TaskId is null || !await HasGoneOnAsync(run, answer))
        {
            // The end of a connection cancels nothing, so before it is known what to cancel it stays open a little.
            using var leaving = new CancellationTokenSource();
            await using var leave = cancellationToken.Register(() => leaving.CancelAfter(answer.IsUnknown ? _timeForName : TimeSpan.Zero));
            await foreach (var update in run.SendAsync(thread, leaving.Token))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return update;
            }
        }

        await foreach (var update in run.FollowAsync(cancellationToken))
        {
            yield return update;
        }

        yield return answer.Finish();

        // An agent that waited for something elsewhere may have got it, and one that has ended takes no more messages.
        async Task<bool> HasGoneOnAsync(A2ATaskRun run, A2AAnswer answer)
        {
            var task = await LookAsync(run, agent, call, thread.TaskId!, cancellationToken);
            if (call.Resume is not null && task.Status is { IsInterrupted: false })
            {
                answer.Take(new A2AEvent(task));

                return true;
            }

            thread = task.Status is { IsEnd: true } ? thread with { TaskId = null } : thread;

            return false;
        }
    }

    public async IAsyncEnumerable<AgentUpdate> JoinAsync(
        AgentServer server, AgentCall call, string run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var agent = await new Rejoining(server, call.AgentId).OpenAsync(
            () => _cards.FindAsync(server, call.AgentId, call.Caller, cancellationToken), cancellationToken);
        var answer = new A2AAnswer(agent.Server, call, call.ThreadId is null ? null : A2AThread.Parse(call.ThreadId).ContextId, run);
        await using var joined = new A2ATaskRun(http, agent, call, answer, logger);
        await foreach (var update in joined.FollowAsync(cancellationToken))
        {
            yield return update;
        }

        yield return answer.Finish();
    }

    private static async Task<A2ATask> LookAsync(A2ATaskRun run, A2AAgent agent, AgentCall call, string taskId, CancellationToken cancellationToken)
    {
        try
        {
            return await run.LookAsync(taskId, cancellationToken);
        }
        catch (ProxyException exception)
        {
            throw A2AErrors.Explain(agent, call, exception);
        }
    }

    /// <returns>The card for those who show credentials, or <see langword="null"/> if there is none.</returns>
    private async Task<JsonObject?> ReadExtendedAsync(AgentServer server, string agentId, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            var agent = await _cards.FindAsync(server, agentId, caller, cancellationToken);
            var answer = await http.GetAsync(agent.Server, agent.ExtendedCard(), A2AJsonContext.Default.JsonObject, caller, cancellationToken);
            var json = agent.Unwrap(JsonSerializer.SerializeToElement(answer, A2AJsonContext.Default.JsonObject));
            var card = A2AErrors.Read(server, () => json.Deserialize(A2AJsonContext.Default.A2ACard));

            return card.LooksLikeCard ? JsonObject.Create(json) : throw A2AErrors.NotA2A(server);
        }
        catch (ProxyException exception) when (exception.Kind is ErrorKind.RefusedByPolicy || A2AErrors.IsNoCard(exception))
        {
            return null;
        }
    }
}
