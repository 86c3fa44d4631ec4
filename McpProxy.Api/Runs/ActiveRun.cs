using System.Text;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Limits;

namespace McpProxy.Api.Runs;

/// <summary>A call that this process waits for. It ends when its client leaves, until it is detached from it.</summary>
internal sealed class ActiveRun : IDisposable
{
    private const int MaxWords = 10_000;

    private readonly CancellationTokenSource _cancelling = new();
    private readonly CancellationTokenRegistration _client;
    private readonly Deadline _deadline;
    private readonly Action<string?> _onText;
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly StringBuilder _words = new();
    private RunFacts _facts;

    /// <param name="id">The handle it has, or will have when it is detached.</param>
    /// <param name="facts">What it is.</param>
    /// <param name="deadline">Makes the deadline that ends it, from what else does.</param>
    /// <param name="onText">Hears the agent's words.</param>
    /// <param name="memory">What its answer takes of the memory there is for answers, until this is disposed of.</param>
    /// <param name="client">Cancelled when the client leaves.</param>
    public ActiveRun(
        string id, RunFacts facts, Func<CancellationToken, Deadline> deadline, Action<string?> onText, MemoryLease memory, CancellationToken client)
    {
        (Id, _facts, _onText, Memory) = (id, facts, onText, memory);
        _deadline = deadline(_cancelling.Token);
        _client = client.Register(_cancelling.Cancel);
    }

    public string Id { get; }

    public MemoryLease Memory { get; }

    public Task<AgentAnswer> Answer { get; private set; } = Task.FromException<AgentAnswer>(new InvalidOperationException("Not started."));

    /// <summary>Ends when the agent server has accepted the call, or has answered or refused it.</summary>
    public Task Accepted => Task.WhenAny(_accepted.Task, Answer);

    public RunFacts Facts
    {
        get
        {
            lock (_gate)
            {
                return _facts;
            }
        }
    }

    /// <summary>What the agent said lately.</summary>
    public string Words
    {
        get
        {
            lock (_gate)
            {
                return _words.ToString();
            }
        }
    }

    public void Start(Func<Action<AgentUpdate>, Deadline, Task<AgentAnswer>> call) => Answer = call(Hear, _deadline);

    /// <summary>Lets it go on without its client, within the time that a run may take.</summary>
    public void Detach(TimeLimit limit)
    {
        _client.Dispose();
        _deadline.Extend(limit);
    }

    public void Cancel() => _cancelling.Cancel();

    public AgentRun ToRun(RunEnd? end = null) => new(Id, Facts, Words, end);

    public void Dispose()
    {
        _client.Dispose();
        _deadline.Dispose();
        Memory.Dispose();
    }

    private void Hear(AgentUpdate update)
    {
        lock (_gate)
        {
            _facts = _facts with { Reference = update.Run ?? _facts.Reference, ThreadId = update.ThreadId ?? _facts.ThreadId };
            _words.Append(update.Text);
            if (_words.Length > 2 * MaxWords)
            {
                _words.Remove(0, _words.Length - MaxWords);
            }
        }

        _accepted.TrySetResult();
        _onText(update.Text);
    }
}
