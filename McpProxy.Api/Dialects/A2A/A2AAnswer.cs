using System.Text;
using System.Text.Json;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>
/// What has arrived of an answer, on however many connections. The artifacts of a task are the answer, or the one message that comes instead of a task; what
/// a task says of its state on the way is not.
/// </summary>
/// <param name="server">Where the agent is.</param>
/// <param name="call">What was sent.</param>
/// <param name="contextId">The conversation, if it has a name already.</param>
/// <param name="taskId">The task, if it is known.</param>
internal sealed class A2AAnswer(AgentServer server, AgentCall call, string? contextId, string? taskId = null)
{
    private const string BlankLine = "\n\n";

    private readonly OrderedDictionary<string, A2AContent> _artifacts = [];
    private readonly StringBuilder _told = new();
    private string? _contextId = contextId;
    private A2AStatus? _status;
    private A2AMessage? _lastWords;
    private bool _isMessage;
    private bool _isRewritten;

    /// <summary>The task, once its server has named it.</summary>
    public string? TaskId { get; private set; } = taskId;

    /// <summary>Whether nothing more comes by itself: it has ended, or waits for somebody.</summary>
    public bool IsOver => _isMessage || _status is { IsEnd: true } or { IsInterrupted: true };

    /// <summary>Whether nothing has been said of it yet.</summary>
    public bool IsUnknown => !_isMessage && TaskId is null;

    /// <summary>Whether its task waits for somebody.</summary>
    public bool IsInterrupted => _status?.IsInterrupted is true;

    /// <returns>What the event tells that was not known, if that is something.</returns>
    public AgentUpdate? Take(A2AEvent happened) => happened switch
    {
        { Task: { } task } => Take(task),
        { StatusUpdate: { } update } => Take(update.Status, null, Learn(update.TaskId, update.ContextId)),
        { ArtifactUpdate: { Artifact: { } artifact } update } => Take(artifact, update.Append is true, Learn(update.TaskId, update.ContextId)),
        { Message: { } message } => Take(message),
        { Msg: { } message } => Take(message),
        _ => null,
    };

    /// <summary>The last update, when it is over.</summary>
    public AgentUpdate Finish()
    {
        var failure = _status?.Name switch
        {
            "failed" => AgentErrors.AgentFailed(server, call.AgentId, _status.Message?.Text),
            "rejected" => A2AErrors.Declined(server, call.AgentId, _status.Message?.Text),
            "canceled" => A2AErrors.CancelledThere(server, call.AgentId),
            _ => null,
        };
        if (failure is not null)
        {
            throw failure;
        }

        if (!IsInterrupted && _artifacts.Values.All(artifact => artifact.IsEmpty))
        {
            _artifacts[""] = new((_status?.Message ?? _lastWords)?.AllParts ?? []);
        }

        var threadId = new A2AThread(_contextId, IsInterrupted ? TaskId : null).ToString();
        var interrupt = IsInterrupted ? A2AQuestion.ToJson(_status!) : (JsonElement?)null;
        var text = string.Join(BlankLine, new[] { Text(), A2AContent.Rest(_artifacts.Values), IsInterrupted ? A2AQuestion.Format(_status!, threadId) : "" }
            .Where(piece => piece is not ""));
        text = text is "" ? "The agent ended without words." : text;
        var question = IsInterrupted ? A2AQuestion.Of(_status!) : null;
        var details = A2AContent.Details(_artifacts.Values);
        var isWhole = call.InteractionType is InteractionType.Generate || !text.StartsWith(_told.ToString(), StringComparison.Ordinal);

        return new(
            isWhole ? null : text[_told.Length..],
            ThreadId: threadId,
            Reply: isWhole ? new(text, text, threadId, Interrupt: interrupt, Details: details, Question: question) : null,
            Interrupt: interrupt,
            Details: details,
            Question: question);
    }

    /// <summary>A task as it is now: it takes the place of all that was known of it.</summary>
    private AgentUpdate? Take(A2ATask task)
    {
        _artifacts.Clear();
        foreach (var artifact in (task.Artifacts ?? []).OfType<A2AArtifact>())
        {
            Put(artifact, append: false);
        }

        _lastWords = task.History?.OfType<A2AMessage>().LastOrDefault(message => message.IsAgent) ?? _lastWords;

        return Take(task.Status, Rewrite(), Learn(task.Id, task.ContextId));
    }

    private AgentUpdate? Take(A2AMessage message)
    {
        _isMessage = true;

        return Take(new A2AArtifact("", Parts: [.. message.AllParts]), append: false, Learn(message.TaskId, message.ContextId));
    }

    private AgentUpdate? Take(A2AArtifact artifact, bool append, AgentUpdate? learnt)
    {
        var text = Put(artifact, append);

        return With(learnt, text is null ? Rewrite() : Tell(text));
    }

    private AgentUpdate? Take(A2AStatus? status, string? text, AgentUpdate? learnt)
    {
        _status = status ?? _status;

        return _status?.IsKnown is false ? throw A2AErrors.NotA2A(server) : With(learnt, text);
    }

    /// <returns>The text that follows what was there; <see langword="null"/> if it does not, so that it may have to be told anew.</returns>
    private string? Put(A2AArtifact artifact, bool append)
    {
        var id = artifact.ArtifactId ?? artifact.Name ?? "";
        var parts = (artifact.Parts ?? []).OfType<A2APart>();
        var index = _artifacts.IndexOf(id);
        if (index < 0)
        {
            var isFirst = _artifacts.Values.All(known => !known.HasText);
            var added = new A2AContent(parts);
            _artifacts.Add(id, added);

            return isFirst || !added.HasText ? added.Text : BlankLine + added.Text;
        }

        if (append && !_artifacts.Values.Skip(index + 1).Any(known => known.HasText) && _artifacts[id].HasText)
        {
            return _artifacts[id].Add(parts);
        }

        if (append)
        {
            _artifacts[id].Add(parts);
        }
        else
        {
            _artifacts[id] = new(parts);
        }

        return null;
    }

    private string Text() => string.Join(BlankLine, _artifacts.Values.Where(artifact => artifact.HasText).Select(artifact => artifact.Text));

    /// <returns>What the text has more than was told, unless what was told is not its beginning any more: then it is told as a whole at the end.</returns>
    private string? Rewrite()
    {
        var text = Text();
        _isRewritten = !text.StartsWith(_told.ToString(), StringComparison.Ordinal);

        return _isRewritten ? null : Tell(text[_told.Length..]);
    }

    private string? Tell(string text)
    {
        if (_isRewritten || text is "")
        {
            return null;
        }

        _told.Append(text);

        return text;
    }

    /// <returns>The names that were not known yet.</returns>
    private AgentUpdate? Learn(string? taskId, string? contextId)
    {
        if (!IsName(taskId) || !IsName(contextId))
        {
            throw A2AErrors.NotA2A(server);
        }

        var isNew = (taskId is { Length: > 0 } && TaskId is null) || (contextId is { Length: > 0 } && contextId != _contextId);
        TaskId ??= taskId is "" ? null : taskId;
        _contextId = contextId is { Length: > 0 } ? contextId : _contextId;

        return isNew ? new(ThreadId: new A2AThread(_contextId, null).ToString(), Run: TaskId) : null;
    }

    /// <summary>Callers read these names, and stores keep them.</summary>
    private static bool IsName(string? id) => id is null or "" || Agent.IsUsable(id);

    private static AgentUpdate? With(AgentUpdate? learnt, string? text) => text is null ? learnt : (learnt ?? new()) with { Text = text };
}
