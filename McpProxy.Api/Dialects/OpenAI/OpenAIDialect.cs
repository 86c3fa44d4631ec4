using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>
/// Speaks to servers that offer their agents as OpenAI offers models: with Responses or Chat Completions. Those of the Microsoft Agent Framework list their
/// agents as entities besides.
/// </summary>
internal sealed class OpenAIDialect(AgentHttpClient http, OutboundOptions options, ILogger<OpenAIDialect> logger) : IAgentDialect, IResumableRuns
{
    private readonly OpenAIServers _servers = new();

    public string ServerType => "openai";

    public IReadOnlyList<string> ConversationOptions => OpenAIRequest.ConversationOptions;

    private OpenAIAgents Agents => new(http, _servers);

    public Task<IReadOnlyList<Agent>> ListAgentsAsync(AgentServer server, CancellationToken cancellationToken) => Agents.ListAsync(server, cancellationToken);

    public Task<JsonObject> DescribeAgentAsync(AgentServer server, string agentId, Caller caller, CancellationToken cancellationToken)
        => Agents.DescribeAsync(server, agentId, caller, cancellationToken);

    public async IAsyncEnumerable<AgentUpdate> CallAsync(
        AgentServer server, AgentCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var hasEntities = await Agents.HasEntitiesAsync(server, call.Caller, cancellationToken);
        var sender = new OpenAISender(http, _servers, server, call, hasEntities);
        var thread = await sender.BeginAsync(cancellationToken);
        using var response = await sender.SendAsync(thread, cancellationToken);
        var updates = sender.IsChat
            ? new OpenAIChat(server, call, response).ReadAsync(cancellationToken)
            : FollowAsync(server, call, new(server, call, hasEntities, thread), response, hasEntities, cancellationToken);
        await foreach (var update in updates)
        {
            yield return update;
        }
    }

    public async IAsyncEnumerable<AgentUpdate> JoinAsync(
        AgentServer server, AgentCall call, string run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var joined = OpenAIRunId.Parse(run) ?? throw AgentErrors.NoRun(server);
        var reply = new OpenAIReply(server, call, joined.HasEntities, OpenAIThread.Parse(call.ThreadId)) { ResponseId = joined.ResponseId, GoesOn = true };
        await foreach (var update in FollowAsync(server, call, reply, null, joined.HasEntities, cancellationToken))
        {
            yield return update;
        }
    }

    private async IAsyncEnumerable<AgentUpdate> FollowAsync(
        AgentServer server,
        AgentCall call,
        OpenAIReply reply,
        AgentResponse? response,
        bool hasEntities,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var run = new OpenAIRun(http, server, call, reply, logger);
        if (response is { MediaType: not "text/event-stream" })
        {
            yield return new();
        }

        // The first event of a stream says at once which run it is.
        string? reference = null;
        var stream = new OpenAIStream(server, call, reply, options.MaxResponseBytes);
        await foreach (var update in new OpenAIFollower(run, reply, stream).FollowAsync(response, cancellationToken))
        {
            reference ??= run.GoesOn ? new OpenAIRunId(reply.ResponseId!, hasEntities).ToString() : null;
            yield return update with { ThreadId = reply.ThreadId, Run = reference };
        }

        yield return reply.Finish();
    }
}
