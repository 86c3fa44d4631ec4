using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>
/// A run that is waited for. One that goes on without its connection, and is not over, is cancelled when this is disposed of; any other ends with its
/// connection.
/// </summary>
internal sealed partial class OpenAIRun(AgentHttpClient http, AgentServer server, AgentCall call, OpenAIReply reply, ILogger logger) : IAsyncDisposable
{
    public AgentServer Server => server;

    public AgentCall Call => call;

    /// <summary>Whether it may be joined again.</summary>
    public bool GoesOn => reply is { GoesOn: true, ResponseId: { } id } && Agent.IsUsable(id);

    private string Path => OpenAIAgents.Path(server, $"responses/{Uri.EscapeDataString(reply.ResponseId!)}");

    /// <summary>Opens its events, from behind the last one that was seen.</summary>
    public Task<AgentResponse> JoinAsync(long? position, CancellationToken cancellationToken)
        => FollowAsync($"{Path}?stream=true{(position is null ? "" : $"&starting_after={position}")}", cancellationToken);

    /// <summary>Asks how it stands.</summary>
    public Task<AgentResponse> LookAsync(CancellationToken cancellationToken) => FollowAsync(Path, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!GoesOn || reply.IsOver)
        {
            return;
        }

        try
        {
            await http.TellAsync(server, ServerRequest.Post($"{Path}/cancel", []), call.Caller);
        }
        catch (ProxyException exception)
        {
            LogMayGoOn(server.Name, exception.Message);
        }
    }

    private Task<AgentResponse> FollowAsync(string path, CancellationToken cancellationToken)
        => http.FollowAsync(server, ServerRequest.Get(path), call.Caller, call.Memory, cancellationToken);

    [LoggerMessage(LogLevel.Warning, "A run on agent server {ServerName} that nobody waits for any more may go on: {Reason}")]
    private partial void LogMayGoOn(string serverName, string reason);
}
