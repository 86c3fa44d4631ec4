using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>
/// A run that is waited for. The server would go on with it by itself, so a run that is not over is cancelled when this is disposed of, and a thread
/// that was made for it alone is deleted with it.
/// </summary>
internal sealed class LangGraphOpenRun(LangGraphRuns runs, AgentCall call, Guid threadId, LangGraphRunId? joined = null) : IAsyncDisposable
{
    private const int TriesToFind = 3;

    private readonly string _mark = Guid.NewGuid().ToString();
    private bool _mayBeThere = true;

    /// <summary>Which run it is, once its server has said so.</summary>
    public LangGraphRunId? Id { get; private set; } = joined;

    /// <summary>What its server sent when it was started, if that arrived.</summary>
    public AgentResponse? Response { get; private set; }

    /// <summary>Whether it has ended on its server.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether its thread is needed further on, though it was made for this run.</summary>
    public bool KeepsThread { get; set; }

    /// <summary>Sends the call, once. When the connection breaks before the server has answered, the run may be there all the same.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Response = await runs.StartAsync(threadId, LangGraphRequest.Body(call, _mark), call, cancellationToken);
            Id = LangGraphRunId.On(threadId, Response.Header("content-location"));
        }
        catch (ProxyException exception)
        {
            _mayBeThere = exception.Kind is ErrorKind.Interrupted or ErrorKind.TimedOut || AgentErrors.IsCut(exception);
            Id = AgentErrors.IsCut(exception) ? await FindAsync(cancellationToken) : null;
            if (Id is null)
            {
                throw LangGraphErrors.Explain(runs.Server, call, exception);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Response?.Dispose();
        var isForThisCallAlone = call.ThreadId is null;
        if (_mayBeThere && !IsOver)
        {
            Id ??= await FindAsync(CancellationToken.None);
            IsOver = Id is not null && await runs.CancelAsync(Id, wait: isForThisCallAlone);
        }

        if (IsOver && isForThisCallAlone && !KeepsThread)
        {
            await runs.DeleteThreadAsync(threadId);
        }
    }

    private Task<LangGraphRunId?> FindAsync(CancellationToken cancellationToken)
        => runs.FindAsync(threadId, _mark, Response is null ? TriesToFind : 1, cancellationToken);
}
