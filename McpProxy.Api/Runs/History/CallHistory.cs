using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Runs.History;

/// <summary>
/// The calls that run and those that ended lately: those of this replica, noted as they begin and end, and what other replicas told of theirs. Noting one
/// takes no longer than a moment, and nothing waits for it.
/// </summary>
internal sealed class CallHistory(AgentOptions options, TimeProvider time)
{
    /// <summary>How many calls that have ended are remembered.</summary>
    public const int MaxCalls = 1000;

    private const int MaxContent = 1000;
    private const int MaxError = 500;
    private const int MaxHostName = 30;

    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _running = [];
    private readonly Dictionary<string, LinkedListNode<Entry>> _ended = [];

    /// <summary>Those that have ended, the last change last.</summary>
    private readonly LinkedList<Entry> _endedInOrder = new();

    /// <summary>What other replicas have not been told yet, by id; nothing where there are no others.</summary>
    private OrderedDictionary<string, CallRecord>? _unsent;
    private Action? _onDropped;
    private TaskCompletionSource? _nextChange;
    private long _version;

    /// <summary>What this replica is called: where it runs, and what tells it from others there.</summary>
    public string Replica { get; } =
        $"{RemoteText.Clean(Environment.MachineName, MaxHostName)}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";

    /// <summary>Grows with every change.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Whether there is something to tell other replicas, or a call that runs here.</summary>
    public bool HasWork
    {
        get
        {
            lock (_gate)
            {
                return _unsent is { Count: > 0 } || _running.Values.Any(entry => entry.Run is not null);
            }
        }
    }

    /// <summary>From now on other replicas are to be told.</summary>
    /// <param name="onDropped">Called for each call that they can't be told of any more.</param>
    public void Share(Action onDropped) => (_onDropped, _unsent) = (onDropped, []);

    /// <returns>What other replicas have not been told yet, and the ids of the other calls that run here.</returns>
    public (IReadOnlyList<CallRecord> Changed, IReadOnlyList<string> Running) Unsent()
    {
        lock (_gate)
        {
            return (
                [.. _unsent!.Values],
                [.. _running.Where(call => call.Value.Run is not null && !_unsent.ContainsKey(call.Key)).Select(call => call.Key)]);
        }
    }

    /// <summary>Notes what other replicas were told; what has changed since they have still to be.</summary>
    public void NoteSent(IReadOnlyList<CallRecord> calls)
    {
        lock (_gate)
        {
            var sent = new HashSet<CallRecord>(calls, ReferenceEqualityComparer.Instance);
            _unsent = new(_unsent!.Where(call => !sent.Contains(call.Value)));
        }
    }

    /// <summary>Takes over what other replicas told of their calls.</summary>
    public void Apply(IReadOnlyList<CallRecord> calls)
    {
        lock (_gate)
        {
            foreach (var call in calls.Where(call => call.Replica != Replica && _running.GetValueOrDefault(call.Id)?.Run is null && Find(call.Id) != call))
            {
                Set(call, run: null);
            }
        }
    }

    /// <summary>Notes a call that begins, and will note how it ends.</summary>
    /// <param name="run">The call.</param>
    /// <param name="isBackground">Whether it goes on without its client.</param>
    /// <param name="messages">What it tells the agent, if that is known.</param>
    public void Begin(ActiveRun run, bool isBackground, IReadOnlyList<AgentMessage>? messages = null)
    {
        var facts = run.Facts;
        var message = options.TelemetryContent ? messages?.LastOrDefault(message => message.Role is AgentMessageRole.User)?.Content : null;
        run.OnEnd = outcome => End(run, outcome);
        Note(
            new(
                run.Id, facts.QualifiedId, CallState.Running, isBackground, facts.StartedAt, Replica, facts.Owner, ThreadId: facts.ThreadId,
                TraceId: Activity.Current?.TraceId.ToHexString(), Message: RemoteText.Clean(message, MaxContent, keepLines: true)),
            run);
    }

    /// <summary>Notes that a call goes on without its client.</summary>
    public void Detach(ActiveRun run)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(run.Id, out var entry) && !entry.Record.Background)
            {
                Note(entry.Record with { Background = true }, run);
            }
        }
    }

    /// <summary>Every call that is remembered, the newest first.</summary>
    public IReadOnlyList<CallRecord> List()
    {
        var oldest = time.GetUtcNow().UtcDateTime - MaxAge;
        lock (_gate)
        {
            return
            [
                .. _running.Values.Concat(_endedInOrder)
                    .Select(entry => entry.Record)
                    .Where(record => record.State is CallState.Running || (record.EndedAt ?? record.StartedAt) >= oldest)
                    .OrderByDescending(record => record.StartedAt),
            ];
        }
    }

    /// <returns>The call, or <see langword="null"/> if there is none of that id (any more).</returns>
    public CallRecord? Find(string id)
    {
        lock (_gate)
        {
            return _running.GetValueOrDefault(id)?.Record ?? _ended.GetValueOrDefault(id)?.Value.Record;
        }
    }

    /// <returns>What has changed since then, and the version after it.</returns>
    public (IReadOnlyList<CallRecord> Calls, long Version) ChangesSince(long version)
    {
        lock (_gate)
        {
            var calls = _running.Values.Where(entry => entry.Version > version).ToList();
            for (var node = _endedInOrder.Last; node is not null && node.Value.Version > version; node = node.Previous)
            {
                calls.Add(node.Value);
            }

            return ([.. calls.Select(entry => entry.Record).OrderByDescending(record => record.StartedAt)], _version);
        }
    }

    /// <summary>Waits until something has changed since a version, the time is up, or nobody waits any more.</summary>
    public async Task WaitAsync(long version, TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task change;
        lock (_gate)
        {
            if (_version > version)
            {
                return;
            }

            change = (_nextChange ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await change.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <returns>Whether it runs here and was cancelled.</returns>
    public bool TryCancel(string id)
    {
        ActiveRun? run;
        lock (_gate)
        {
            run = _running.GetValueOrDefault(id)?.Run;
        }

        run?.Cancel();

        return run is not null;
    }

    private void End(ActiveRun run, CallOutcome? outcome)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(run.Id, out var entry) && entry.Run == run)
            {
                Note(After(entry.Record, run, outcome), run: null);
            }
        }
    }

    private CallRecord After(CallRecord record, ActiveRun run, CallOutcome? outcome)
    {
        var reply = outcome?.ReplySoFar;

        return record with
        {
            State = outcome switch
            {
                CallOutcome.Answered => CallState.Answered,
                CallOutcome.Interrupted => CallState.Asked,
                CallOutcome.Cancelled => CallState.Cancelled,
                CallOutcome.Lost => CallState.Lost,
                _ => CallState.Failed,
            },
            EndedAt = time.GetUtcNow().UtcDateTime,
            ThreadId = reply?.ThreadId ?? run.Facts.ThreadId,
            InputTokens = reply?.Usage?.InputTokens,
            OutputTokens = reply?.Usage?.OutputTokens,
            Bytes = reply is null ? null : Encoding.UTF8.GetByteCount(reply.Text),
            Error = outcome is null ? new(ErrorKind.Interrupted, "The proxy failed while it waited for the answer. Its log says why.")
                : outcome.Failure is { } failure ? new(failure.Kind, RemoteText.Clean(failure.Message, MaxError) ?? "")
                : null,
            Answer = options.TelemetryContent ? RemoteText.Clean(reply?.Text, MaxContent, keepLines: true) : null,
        };
    }

    /// <summary>Notes a call of this replica's.</summary>
    private void Note(CallRecord record, ActiveRun? run)
    {
        lock (_gate)
        {
            Set(record, run);
            if (_unsent is not null)
            {
                // Others would have forgotten the oldest by then.
                _unsent[record.Id] = record;
                if (_unsent.Count > MaxCalls)
                {
                    _unsent.RemoveAt(0);
                    _onDropped!();
                }
            }
        }
    }

    private void Set(CallRecord record, ActiveRun? run)
    {
        lock (_gate)
        {
            _running.Remove(record.Id);
            if (_ended.Remove(record.Id, out var former))
            {
                _endedInOrder.Remove(former);
            }

            var entry = new Entry(record, Interlocked.Increment(ref _version), run);
            if (record.State is CallState.Running)
            {
                _running[record.Id] = entry;
            }
            else
            {
                _ended[record.Id] = _endedInOrder.AddLast(entry);
                if (_ended.Count > MaxCalls)
                {
                    _ended.Remove(_endedInOrder.First!.Value.Record.Id);
                    _endedInOrder.RemoveFirst();
                }
            }

            _nextChange?.TrySetResult();
            _nextChange = null;
        }
    }

    /// <param name="Record">The call.</param>
    /// <param name="Version">When it changed last.</param>
    /// <param name="Run">The call itself, while it runs here.</param>
    private sealed record Entry(CallRecord Record, long Version, ActiveRun? Run);
}
