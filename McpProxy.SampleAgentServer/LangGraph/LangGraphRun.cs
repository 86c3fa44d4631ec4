using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>A run that goes on by itself, whoever listens to it or leaves, until it ends or is cancelled.</summary>
internal sealed class LangGraphRun
{
    private readonly LangGraphExecution _execution;
    private readonly RunRequest _request;
    private readonly LangGraphThread _thread;
    private readonly CancellationToken _stop;
    private readonly RunEvents _events = new();
    private readonly DateTime _createdAt = DateTime.UtcNow;

    public LangGraphRun(LangGraphExecution execution, RunRequest request, LangGraphThread thread)
    {
        (_execution, _request, _thread) = (execution, request, thread);
        var stopping = new CancellationTokenSource();
        (_stop, Cancel) = (stopping.Token, stopping.Cancel);
    }

    public Guid Id => _execution.Id;

    public bool IsActive => Status is "running";

    public string Status { get; private set; } = "running";

    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>The state that it left, or the error: a failed run answers with the latter, as JSON inside a string.</summary>
    public object Result
        => _execution.Error is { } error
            ? new FailedState(new("Error", JsonSerializer.Serialize(error, LangGraphJson.Compact)))
            : _execution.Values;

    public void Start() => Ended = ExecuteAsync();

    /// <summary>Ends it with an error, unless it has ended.</summary>
    public Action Cancel { get; }

    /// <summary>Everything from the beginning.</summary>
    public IAsyncEnumerable<SseItem<string>> ReadAsync(CancellationToken cancellationToken) => _events.ReadAsync(0, cancellationToken);

    /// <summary>What comes from now on, and what came behind an event if that was kept.</summary>
    public IAsyncEnumerable<SseItem<string>> JoinAsync(string? lastEventId, CancellationToken cancellationToken)
    {
        var isKnown = int.TryParse(lastEventId, CultureInfo.InvariantCulture, out var last) && last >= -1 && last < _events.Count;

        return _events.ReadAsync(_request.StreamResumable && isKnown ? last + 1 : _events.Count, cancellationToken);
    }

    public RunReply Describe() => new(
        Id, _thread.Id, _execution.Assistant.AssistantId, _request.Metadata ?? new Dictionary<string, object>(), Status, _createdAt, _events.ChangedAt);

    private async Task ExecuteAsync()
    {
        try
        {
            await foreach (var item in _execution.ExecuteAsync(_request, _stop))
            {
                Add(item);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Add(_execution.Fail(new("Error", "interrupt")));
        }
        catch (Exception exception)
        {
            Add(_execution.Fail(new("Error", exception.Message)));
        }

        Status = _execution.Error is null ? "success" : "error";
        _events.Complete();
    }

    private void Add(RunEvent item)
    {
        if (item.Mode is null || _request.StreamModes.Contains(item.Mode))
        {
            _events.Add(JsonSerializer.Serialize(item.Data, LangGraphJson.Options), item.Type);
        }
    }
}
