using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>What one asks a server about runs, and tells it to do with them.</summary>
internal sealed partial class LangGraphRuns(AgentHttpClient http, AgentServer server, Caller caller, ILogger logger)
{
    private static readonly TimeSpan _timeToArrive = TimeSpan.FromMilliseconds(500);

    public AgentServer Server => server;

    public Task<AgentResponse> StartAsync(Guid threadId, JsonObject body, AgentCall call, CancellationToken cancellationToken)
        => http.CallAsync(server, ServerRequest.Post($"threads/{threadId}/runs/stream", body), caller, call.Hops + 1, call.Memory, cancellationToken);

    /// <summary>Opens the events of a run from behind the last one that was seen.</summary>
    public Task<AgentResponse> JoinAsync(LangGraphRunId run, string lastEventId, AgentCall call, CancellationToken cancellationToken)
    {
        var request = ServerRequest.Get($"{run}/stream") with { Headers = new Dictionary<string, string> { ["Last-Event-ID"] = lastEventId } };

        return http.FollowAsync(server, request, caller, call.Memory, cancellationToken);
    }

    public Task<LangGraphRun> ReadAsync(LangGraphRunId run, CancellationToken cancellationToken)
        => ReadAsync($"{run}", LangGraphJsonContext.Default.LangGraphRun, cancellationToken);

    public async Task<LangGraphThreadState> ReadStateAsync(Guid threadId, CancellationToken cancellationToken)
    {
        // First as JSON, since only there half a character is found wherever it is.
        var state = await ReadAsync($"threads/{threadId}/state", LangGraphJsonContext.Default.JsonElement, cancellationToken);
        try
        {
            return state.Deserialize(LangGraphJsonContext.Default.LangGraphThreadState) ?? throw LangGraphErrors.NotLangGraph(server);
        }
        catch (JsonException exception)
        {
            throw LangGraphErrors.NotLangGraph(server, exception);
        }
    }

    /// <summary>Looks for a run that may have been started, on a thread where others run too.</summary>
    /// <param name="threadId">The thread it would be on.</param>
    /// <param name="mark">What it would bear.</param>
    /// <param name="tries">How often to look: what was sent may still be on its way.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The run, if it has not ended; <see langword="null"/> also when the server does not tell.</returns>
    public async Task<LangGraphRunId?> FindAsync(Guid threadId, string mark, int tries, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (await FindAsync(threadId, mark, cancellationToken) is { } found)
                {
                    return found;
                }

                if (--tries <= 0)
                {
                    return null;
                }

                await Task.Delay(_timeToArrive, cancellationToken);
            }
        }
        catch (ProxyException exception)
        {
            LogMayGoOn(server.Name, exception.Message);

            return null;
        }
    }

    /// <param name="run">What to cancel.</param>
    /// <param name="wait">Whether it must be over afterwards.</param>
    /// <returns>Whether the server did so.</returns>
    public async Task<bool> CancelAsync(LangGraphRunId run, bool wait)
    {
        try
        {
            await http.TellAsync(server, ServerRequest.Post($"{run}/cancel{(wait ? "?wait=true" : "")}", []), caller);

            return true;
        }
        catch (ProxyException exception)
        {
            LogMayGoOn(server.Name, exception.Message);

            return false;
        }
    }

    /// <summary>Deletes a thread on which nothing runs: deleting one under a run breaks the server's worker.</summary>
    public async Task DeleteThreadAsync(Guid threadId)
    {
        try
        {
            await http.TellAsync(server, ServerRequest.Delete($"threads/{threadId}"), caller);
        }
        catch (ProxyException exception)
        {
            LogThreadKept(server.Name, threadId, exception.Message);
        }
    }

    /// <remarks>The two states are looked at in the order in which a run goes through them, so that it can't slip past.</remarks>
    private async Task<LangGraphRunId?> FindAsync(Guid threadId, string mark, CancellationToken cancellationToken)
    {
        foreach (var status in (string[])["pending", "running"])
        {
            try
            {
                var path = $"threads/{threadId}/runs?status={status}&limit=100";
                var runs = await ReadAsync(path, LangGraphJsonContext.Default.LangGraphRunArray, cancellationToken);
                if (runs.FirstOrDefault(run => run?.Metadata?.CallMark == mark) is { } found)
                {
                    return new(threadId, found.RunId);
                }
            }
            catch (ProxyException exception) when (exception.Kind is ErrorKind.NotFound)
            {
                // The thread comes with its first run.
            }
        }

        return null;
    }

    private Task<T> ReadAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        => http.GetAsync(server, ServerRequest.Get(path), type, caller, cancellationToken);

    [LoggerMessage(LogLevel.Warning, "A run on agent server {ServerName} that nobody waits for any more may go on: {Reason}")]
    private partial void LogMayGoOn(string serverName, string reason);

    [LoggerMessage(LogLevel.Information, "Thread {ThreadId} on agent server {ServerName}, made for one call, could not be deleted: {Reason}")]
    private partial void LogThreadKept(string serverName, Guid threadId, string reason);
}
