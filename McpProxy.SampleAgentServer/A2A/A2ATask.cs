using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace McpProxy.SampleAgentServer.A2A;

/// <summary>What an agent does about a message. It goes on by itself, whoever listens to it or leaves, until it ends, asks or is cancelled.</summary>
internal sealed class A2ATask
{
    private const string ArtifactId = "answer";

    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly SampleAgents _agents;
    private readonly SampleAgent _agent;
    private readonly A2AContext _context;
    private readonly Func<Task> _cancel;
    private readonly CancellationToken _stop;
    private readonly List<Update> _updates = [];
    private TaskCompletionSource _changed = NewSignal();
    private Task _work = Task.CompletedTask;
    private Update _status = new("submitted");

    public A2ATask(SampleAgents agents, SampleAgent agent, A2AContext context)
    {
        (_agents, _agent, _context) = (agents, agent, context);
        var stopping = new CancellationTokenSource();
        (_stop, _cancel) = (stopping.Token, stopping.CancelAsync);
    }

    public string Id { get; } = Guid.NewGuid().ToString();

    public string AgentId => _agent.Id;

    public string State
    {
        get
        {
            lock (_gate)
            {
                return _status.State!;
            }
        }
    }

    public bool IsOver => State is "completed" or "canceled" or "failed";

    /// <summary>Whether nothing more comes by itself.</summary>
    public bool IsQuiet => IsOver || State is "input-required";

    /// <summary>Works until the task is over, or its agent asks something.</summary>
    /// <param name="message">What the agent is told.</param>
    /// <param name="answer">What it was answered, if it had asked.</param>
    public void Work(AgentMessage message, string? answer)
    {
        Add(new("working"));
        _work = WorkAsync(message, answer);
    }

    /// <summary>Cancels it, and waits until it is.</summary>
    public async Task CancelAsync()
    {
        await _cancel();
        await _work;
        if (!IsOver)
        {
            Add(new("canceled"));
        }
    }

    /// <summary>Waits until nothing more comes by itself.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (!IsQuiet)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            await (IsQuiet ? Task.CompletedTask : changed.WaitAsync(cancellationToken));
        }
    }

    /// <summary>The task as it is, in one of the forms.</summary>
    public JsonObject Describe(A2AWire wire)
    {
        lock (_gate)
        {
            return new()
            {
                ["id"] = Id,
                ["contextId"] = _context.Id,
                ["status"] = Status(wire, _status),
                ["artifacts"] = _text.Length is 0 ? [] : new JsonArray(Artifact(wire, _text.ToString())),
            };
        }
    }

    /// <summary>The task as it is, and what happens until nothing more comes by itself.</summary>
    public async IAsyncEnumerable<JsonObject> ReadAsync(A2AWire wire, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (whole, next) = Begin(wire);
        yield return wire.Event("task", "task", whole);

        while (true)
        {
            var (found, changed) = Find(next);
            if (found is not null)
            {
                next++;
                yield return Describe(wire, found);
            }
            else if (changed is not null)
            {
                await changed.WaitAsync(cancellationToken);
            }
            else
            {
                yield break;
            }
        }
    }

    private async Task WorkAsync(AgentMessage message, string? answer)
    {
        IReadOnlyList<AgentMessage> heard = answer is null ? _context.Hear(message) : [.. _context.Messages, new(AgentMessage.Answer, answer)];
        try
        {
            await foreach (var piece in _agents.AnswerAsync(_agent, heard, _stop))
            {
                Add(piece switch
                {
                    AskPiece ask => new("input-required", ask.Question),
                    ToolPiece tool => new("working", $"Calls {tool.ToolName}"),
                    _ => new(Text: ((TextPiece)piece).Text),
                });
            }

            if (!IsQuiet)
            {
                _context.Hear(new("assistant", _text.ToString()));
                Add(new("completed"));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Add(new("canceled"));
        }
        catch (Exception exception)
        {
            Add(new("failed", exception.Message));
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private (JsonObject Whole, int Next) Begin(A2AWire wire)
    {
        lock (_gate)
        {
            return (Describe(wire), _updates.Count);
        }
    }

    private (Update? Found, Task? Changed) Find(int number)
    {
        lock (_gate)
        {
            return number < _updates.Count ? (_updates[number], null) : (null, IsQuiet ? null : _changed.Task);
        }
    }

    private void Add(Update update)
    {
        lock (_gate)
        {
            if (update.Text is not null)
            {
                update = update with { IsFirst = _text.Length is 0 };
                _text.Append(update.Text);
            }

            _status = update.State is null ? _status : update;
            _updates.Add(update);
            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }

    private JsonObject Status(A2AWire wire, Update update)
    {
        var status = new JsonObject { ["state"] = wire.State(update.State!), ["timestamp"] = DateTime.UtcNow };
        if (update.Words is { } words)
        {
            status["message"] = wire.Message(words, Id, _context.Id);
        }

        return status;
    }

    private static JsonObject Artifact(A2AWire wire, string text) => new() { ["artifactId"] = ArtifactId, ["parts"] = wire.Parts(text) };

    private JsonObject Describe(A2AWire wire, Update update)
    {
        var about = new JsonObject { ["taskId"] = Id, ["contextId"] = _context.Id };
        if (update.Text is not null)
        {
            (about["artifact"], about["append"]) = (Artifact(wire, update.Text), !update.IsFirst);

            return wire.Event("artifactUpdate", "artifact-update", about);
        }

        about["status"] = Status(wire, update);
        if (wire.IsOld)
        {
            about["final"] = update.State is not ("submitted" or "working");
        }

        return wire.Event("statusUpdate", "status-update", about);
    }

    private sealed record Update(string? State = null, string? Words = null, string? Text = null, bool IsFirst = false);
}

/// <summary>A conversation, whose id the server makes unless it was given one.</summary>
internal sealed class A2AContext(string id)
{
    private readonly Lock _gate = new();

    public string Id => id;

    public IReadOnlyList<AgentMessage> Messages { get; private set; } = [];

    public IReadOnlyList<AgentMessage> Hear(AgentMessage message)
    {
        lock (_gate)
        {
            return Messages = [.. Messages, message];
        }
    }
}
