using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Runs;

/// <summary>A call that this process waits for. It ends when its client leaves, until it is detached from it.</summary>
internal sealed class ActiveRun : IDisposable
{
    private const int MaxText = 10_000;

    private readonly CancellationTokenSource _cancelling = new();
    private readonly CancellationTokenRegistration _client;
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CallOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<AgentRun> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private volatile RunFacts _facts;
    private string? _id;

    /// <param name="id">Its id, if it was begun elsewhere.</param>
    /// <param name="facts">What it is.</param>
    /// <param name="subject">What the error message begins with when it takes too long.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="memory">The memory of its answer, released with this.</param>
    /// <param name="client">Cancelled when the client leaves.</param>
    public ActiveRun(string? id, RunFacts facts, string subject, TimeLimit limit, MemoryLease memory, CancellationToken client = default)
    {
        (_id, _facts, Memory) = (id, facts, memory);
        Deadline = new(subject, limit, _cancelling.Token);
        _client = client.Register(_cancelling.Cancel);
    }

    /// <summary>Whoever knows it may follow and cancel the run, so it can't be guessed. Most calls end before they need one.</summary>
    public string Id => LazyInitializer.EnsureInitialized(ref _id, NewId);

    public MemoryLease Memory { get; }

    public Deadline Deadline { get; }

    /// <summary>What came of it. Only a bug makes this fail.</summary>
    public Task<CallOutcome> Outcome => _outcome.Task;

    /// <summary>The run at its end, once recording that was tried.</summary>
    public Task<AgentRun> Ended => _ended.Task;

    /// <summary>Ends when the agent server has accepted the call, or has answered or refused it.</summary>
    public Task Accepted => Task.WhenAny(_accepted.Task, Outcome);

    public RunFacts Facts => _facts;

    /// <summary>Told what came of it before anybody else is; nothing if a bug ended it. It must not throw.</summary>
    public Action<CallOutcome?>? OnEnd { private get; set; }

    /// <summary>The last of the text that has arrived.</summary>
    public string TextSoFar
    {
        get
        {
            lock (_gate)
            {
                return _text.ToString();
            }
        }
    }

    /// <param name="updates">What arrives. Nothing is sent before this asks for it.</param>
    /// <param name="progress">Told the text as it comes.</param>
    public void Start(IAsyncEnumerable<AgentUpdate> updates, IProgress<string>? progress = null) => _ = ConsumeAsync(updates, progress);

    /// <summary>Lets it go on without its client, for as long as a run may take.</summary>
    public void Detach(TimeLimit limit)
    {
        _client.Dispose();
        Deadline.Restart(limit);
    }

    public void Cancel() => _cancelling.Cancel();

    public void End(AgentRun end) => _ended.TrySetResult(end);

    public AgentRun ToRun() => new(Id, Facts, TextSoFar, new CallOutcome.Running(Id, Facts.ThreadId));

    /// <returns>The run at its end. Most calls end before they need an id.</returns>
    public AgentRun ToRun(CallOutcome outcome) => new(_id ?? "", Facts, "", outcome);

    public static string NewId() => $"run_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16))}";

    public void Dispose()
    {
        _client.Dispose();
        Deadline.Dispose();
        Memory.Dispose();
    }

    private async Task ConsumeAsync(IAsyncEnumerable<AgentUpdate> updates, IProgress<string>? progress)
    {
        try
        {
            CallOutcome? outcome = null;
            await foreach (var update in updates)
            {
                outcome = update.Outcome;
                if (outcome is null)
                {
                    OnUpdate(update);
                    progress?.Report(update.Text ?? "");
                }
            }

            OnEnd?.Invoke(outcome);
            _outcome.SetResult(outcome!);
        }
        catch (Exception exception)
        {
            OnEnd?.Invoke(null);
            _outcome.SetException(exception);
        }
    }

    private void OnUpdate(AgentUpdate update)
    {
        if ((update.Run ?? update.ThreadId) is not null)
        {
            _facts = _facts with { Reference = update.Run ?? _facts.Reference, ThreadId = update.ThreadId ?? _facts.ThreadId };
        }

        lock (_gate)
        {
            _text.Append(update.Text);
            if (_text.Length > 2 * MaxText)
            {
                _text.Remove(0, _text.Length - MaxText);
            }
        }

        _accepted.TrySetResult();
    }
}
