using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Runs;

/// <summary>
/// Whose conversations are, where callers say who they are: agent servers know the proxy only, and would go on with any conversation for anybody. One belongs
/// to whoever began it through the proxy, or named it first.
/// </summary>
internal sealed partial class Conversations(IPinStore pins, ILogger<Conversations> logger)
{
    /// <exception cref="ProxyException">The call names a conversation of somebody else's. Nothing was sent.</exception>
    public async Task EnsureTheirsAsync(ResolvedAgent agent, AgentCall call, CancellationToken cancellationToken)
    {
        if (call.Caller.Id is null)
        {
            return;
        }

        if (!call.Caller.IsOperator && agent.Dialect.ConversationOptions.FirstOrDefault(name => call.Options?.ContainsKey(name) is true) is { } option)
        {
            throw new ProxyException(
                ErrorKind.InvalidArgument,
                $"Nothing was sent: agentOptions must not hold '{option}', since conversations belong to their callers here. Use threadId and resourceId.");
        }

        foreach (var (name, id) in new[] { ("thread", call.ThreadId), ("resource", call.ResourceId) })
        {
            if (id is not null && !call.Caller.MayFollow(await ClaimAsync(agent.Server, name, id, call.Caller.Id, cancellationToken)))
            {
                throw new ProxyException(
                    ErrorKind.NotFound,
                    $"Nothing was sent: you have no {name} '{RemoteText.Clean(id, 100)}' on {agent.Server.Label}. Begin a conversation with threadId 'new'; "
                    + "the answer tells its id.");
            }
        }
    }

    /// <summary>Gives a conversation to the caller with whom it began, by each name that its server gives it on the way.</summary>
    /// <param name="facts">The call, with the conversation as its server named it last.</param>
    /// <param name="known">What the conversation was called before.</param>
    public async Task KeepAsync(RunFacts facts, string? known = null)
    {
        if (facts is { Owner: { } owner, ThreadId: { } threadId } && threadId != known)
        {
            try
            {
                await pins.PinAsync(Key(facts.ServerUrl, "thread", threadId), owner, CancellationToken.None);
            }
            catch (ProxyException exception)
            {
                LogNotKept(facts.Server, exception);
            }
        }
    }

    private async Task<string> ClaimAsync(AgentServer server, string name, string id, string owner, CancellationToken cancellationToken)
    {
        try
        {
            return await pins.PinAsync(Key(server.Url.ToString(), name, id), owner, cancellationToken);
        }
        catch (ProxyException exception)
        {
            throw new ProxyException(
                ErrorKind.BackendUnavailable, $"Nothing was sent, as it can't be found out whose the conversation is. {exception.Message}", exception);
        }
    }

    /// <remarks>Behind a # the name of a thread may say what in it waits for an answer: it is the same conversation.</remarks>
    private static string Key(string serverUrl, string name, string id)
        => Fingerprint.Of($"{name} {serverUrl}\n{(name is "thread" && id.IndexOf(AgentQuestion.WaitsBehind) is > 0 and var end ? id[..end] : id)}");

    [LoggerMessage(LogLevel.Warning, "Whose a conversation on {ServerName} is could not be stored: whoever names it first will own it.")]
    private partial void LogNotKept(string serverName, Exception exception);
}
