using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;

namespace McpProxy.SampleAgentServer.OpenAI;

/// <summary>A response: first its events, and when they are over the whole. It goes on by itself until it ends or is cancelled.</summary>
internal sealed class OpenAIRun
{
    private readonly SampleAgents _agents;
    private readonly SampleAgent _agent;
    private readonly ResponseRequest _request;
    private readonly IReadOnlyList<AgentMessage> _heard;
    private readonly OpenAIConversation? _conversation;
    private readonly CancellationToken _stop;
    private readonly RunEvents _events = new();
    private readonly StringBuilder _text = new();
    private readonly long _createdAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    private readonly string _otherConversation = NewId("conv");
    private string _messageId = NewId("msg");
    private IReadOnlyList<object> _output = [];
    private Usage? _usage;

    /// <param name="agents">The agents.</param>
    /// <param name="agent">Which of them it is about.</param>
    /// <param name="request">What it is asked.</param>
    /// <param name="before">What was said before.</param>
    /// <param name="conversation">Where all that is kept, if it has a name.</param>
    public OpenAIRun(SampleAgents agents, SampleAgent agent, ResponseRequest request, IReadOnlyList<AgentMessage> before, OpenAIConversation? conversation)
    {
        (_agents, _agent, _request, _conversation) = (agents, agent, request, conversation);
        Asked = OpenAIInput.ReadAll(request.Input);
        _heard = [.. before, .. Asked];
        Status = request.Background ? "queued" : "in_progress";
        var stopping = new CancellationTokenSource();
        (_stop, Cancel) = (stopping.Token, stopping.Cancel);
    }

    public string Id { get; } = NewId("resp");

    public string Status { get; private set; }

    public bool IsActive => Status is "queued" or "in_progress";

    public bool IsEntity => _request.EntityId is not null;

    public bool IsBackground => _request.Background;

    /// <summary>Why it failed.</summary>
    public string? Error { get; private set; }

    /// <summary>What it waits to be allowed, if anything.</summary>
    public string? ApprovalId { get; private set; }

    public Task Ended { get; private set; } = Task.CompletedTask;

    public IReadOnlyList<AgentMessage> Asked { get; }

    /// <summary>What the next turn goes on from.</summary>
    public IReadOnlyList<AgentMessage> History => [.. _heard, .. Answer];

    /// <summary>Ends it, unless it has ended.</summary>
    public Action Cancel { get; }

    private IReadOnlyList<AgentMessage> Answer
        => [.. _output.OfType<MessageItem>().Select(item => new AgentMessage("assistant", item.Content[0].Text))];

    public static string NewId(string prefix) => $"{prefix}_{Guid.NewGuid():N}";

    public void Start() => Ended = ExecuteAsync();

    /// <summary>The events behind the first few. Only their data says what they are called and which number they have.</summary>
    public IAsyncEnumerable<SseItem<string>> ReadAsync(int first, CancellationToken cancellationToken)
        => _events.ReadAsync(first, cancellationToken).Select(item => new SseItem<string>(item.Data, item.EventType));

    /// <remarks>The Microsoft Agent Framework names a conversation also where it keeps none.</remarks>
    public ResponseReply Describe() => new(
        Id,
        _createdAt,
        Status,
        _agent.Id,
        _output,
        _usage,
        Error is null ? null : new { Code = "server_error", Message = Error },
        _request.PreviousResponseId,
        _conversation is not null ? new(_conversation.Id) : IsEntity ? new(_otherConversation) : null,
        _request.Background,
        _request.Metadata ?? new Dictionary<string, string>());

    private async Task ExecuteAsync()
    {
        try
        {
            Add("response.created", new { Response = Describe() });
            Status = "in_progress";
            Add("response.in_progress", new { Response = Describe() });
            await foreach (var piece in _agents.AnswerAsync(_agent, _heard, _stop))
            {
                Take(piece);
            }

            EndMessage();
            _usage = Usage.Of(_heard, string.Concat(Answer.Select(message => message.Content)));
            _conversation?.Append([.. Asked, .. Answer]);
            End("completed");
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            End("cancelled");
        }
        catch (Exception exception)
        {
            Error = exception.Message;
            End("failed");
        }
    }

    private void Take(AgentPiece piece)
    {
        switch (piece)
        {
            case TextPiece text:
                Say(text.Text);
                break;
            case ToolPiece tool when IsEntity:
                EndMessage();
                AddItem(new FunctionCallItem(NewId("fc"), tool.CallId, tool.ToolName, OpenAIJson.Write(tool.Arguments)));
                AddItem(new FunctionOutputItem(NewId("fco"), tool.CallId, OpenAIJson.Write(tool.Result)));
                break;
            case ToolPiece tool:
                EndMessage();
                AddItem(new ServerCallItem(NewId("mcp"), tool.ToolName, OpenAIJson.Write(tool.Arguments), OpenAIJson.Write(tool.Result)));
                break;
            case AskPiece ask:
                Ask(ask);
                break;
            default:
                break;
        }
    }

    private void Ask(AskPiece ask)
    {
        var arguments = new { ask.Question };
        ApprovalId = NewId(IsEntity ? "req" : "mcpr");
        if (_conversation is not null)
        {
            _conversation.ApprovalId = ApprovalId;
        }

        if (!IsEntity)
        {
            AddItem(new ApprovalItem(ApprovalId, "act", OpenAIJson.Write(arguments)));
            return;
        }

        var call = new { Id = NewId("call"), Name = "act", Arguments = arguments };
        Add("response.function_approval.requested", new { RequestId = ApprovalId, FunctionCall = call, ItemId = NewId("msg"), OutputIndex = _output.Count });
    }

    private void Say(string text)
    {
        if (_text.Length is 0)
        {
            Add("response.output_item.added", new { OutputIndex = _output.Count, Item = new MessageItem(_messageId, "in_progress", []) });
            Add("response.content_part.added", InMessage(new { Part = new TextPart("") }));
        }

        _text.Append(text);
        Add("response.output_text.delta", InMessage(new { Delta = text, Logprobs = Array.Empty<string>() }));
    }

    private void EndMessage()
    {
        if (_text.Length is 0)
        {
            return;
        }

        var part = new TextPart(_text.ToString());
        Add("response.output_text.done", InMessage(new { part.Text, part.Logprobs }));
        Add("response.content_part.done", InMessage(new { Part = part }));
        AddItem(new MessageItem(_messageId, "completed", [part]), isNew: false);
        _text.Clear();
        _messageId = NewId("msg");
    }

    private void AddItem(object item, bool isNew = true)
    {
        if (isNew)
        {
            Add("response.output_item.added", new { OutputIndex = _output.Count, Item = item });
        }

        Add("response.output_item.done", new { OutputIndex = _output.Count, Item = item });
        _output = [.. _output, item];
    }

    private void End(string status)
    {
        Status = status;
        Add($"response.{status}", new { Response = Describe() });
        _events.Complete();
    }

    private JsonObject InMessage(object members)
    {
        var all = JsonNode.Parse(OpenAIJson.Write(members))!.AsObject();
        (all["item_id"], all["output_index"], all["content_index"]) = (_messageId, _output.Count, 0);

        return all;
    }

    private void Add(string type, object members)
    {
        var happened = new JsonObject { ["type"] = type, ["sequence_number"] = _events.Count };
        foreach (var (name, value) in JsonNode.Parse(OpenAIJson.Write(members))!.AsObject())
        {
            happened[name] = value?.DeepClone();
        }

        _events.Add(happened.ToJsonString(OpenAIJson.Options), type);
    }
}
