using System.Globalization;
using System.Text;
using System.Text.Json;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>What has become known of one reply, in whichever form and over however many connections it comes: each thing is told once.</summary>
/// <param name="server">Where the agent is.</param>
/// <param name="call">What was sent.</param>
/// <param name="hasEntities">Whether the agent is an entity.</param>
/// <param name="thread">Where it goes on.</param>
internal sealed class OpenAIReply(AgentServer server, AgentCall call, bool hasEntities, OpenAIThread? thread)
{
    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _heard = [];
    private readonly List<OpenAIItem> _items = [];
    private readonly List<AgentToolCall> _toolCalls = [];
    private readonly List<OpenAIApproval> _approvals = [];
    private string? _message;
    private OpenAIResponse? _response;
    private JsonElement _json;

    /// <summary>Which response it is, once its server has said so.</summary>
    public string? ResponseId { get; set; }

    /// <summary>Whether the run goes on without a connection, as its server said.</summary>
    public bool GoesOn { get; set; }

    public bool IsOver => _response is { IsActive: false };

    /// <summary>What the conversation is called from here on, if there is one.</summary>
    /// <remarks>
    /// Where agents are entities, only conversations that were made before are kept: the server names another one in each answer, and the response before is
    /// not looked at.
    /// </remarks>
    public string? ThreadId
    {
        get
        {
            var named = thread is { Member.Name: "conversation" } ? thread.Id : null;

            return hasEntities ? named : _response?.ConversationId ?? named ?? (_response is { Store: false } ? null : FromHere);
        }
    }

    private string? FromHere => ResponseId is null ? null : OpenAIThread.From(ResponseId);

    /// <summary>Takes the run as it stands.</summary>
    public void Take(JsonElement json)
    {
        var response = OpenAIJsonContext.Read(server, () =>
        {
            AgentResponse.RejectHalfCharacters(json);

            return json.ValueKind is JsonValueKind.Object ? json.Deserialize(OpenAIJsonContext.Default.OpenAIResponse) : null;
        });
        (_response, _json) = (response.IsMeaningful ? response : throw OpenAIErrors.NotOpenAI(server), json);
        ResponseId ??= response.Id;
        GoesOn |= response.Background is true;
    }

    /// <returns>The text to pass on: a piece of a message, with a blank line between it and another message before.</returns>
    public string? Say(string message, string part, string? text, bool isWhole = false)
    {
        if (string.IsNullOrEmpty(text) || (isWhole && _heard.Contains(part)))
        {
            return null;
        }

        var separator = _text.Length > 0 && message != _message ? "\n\n" : "";
        _message = message;
        _heard.Add(message);
        _heard.Add(part);
        _text.Append(separator).Append(text);

        return separator + text;
    }

    /// <summary>Takes a complete part of the response.</summary>
    public AgentUpdate? Take(OpenAIItem? item, int? index = null)
    {
        switch (item)
        {
            case OpenAIMessage message:
                _items.Add(message);
                var key = $"{index?.ToString(CultureInfo.InvariantCulture) ?? message.Id}";
                return Say(key, key, message.Content, isWhole: true) is { } text ? new(text) : null;

            case OpenAIFunctionOutput output:
                _items.Add(output);
                return null;

            case OpenAICall called when _heard.Add($"call {called.Key}") && called.ToToolCall() is { } tool:
                _items.Add(called);
                _toolCalls.Add(tool);
                return new(ToolCalls: [tool]);

            case OpenAIApprovalRequest wish:
                Take(OpenAIApproval.Of(wish.Id, wish.Name, wish.Arguments));
                return null;

            default:
                return null;
        }
    }

    public void Take(OpenAIApproval? approval)
    {
        if (approval is not null && _approvals.TrueForAll(known => known.Id != approval.Id))
        {
            _approvals.Add(approval);
        }
    }

    /// <returns>What the run as it stands says beyond what was told before.</returns>
    public IEnumerable<AgentUpdate> Rest()
    {
        // While it goes on, a part may not be complete.
        foreach (var item in IsOver ? _response!.Output ?? [] : [])
        {
            if (item is not OpenAIMessage && Take(item) is { } update)
            {
                yield return update;
            }
        }

        var (said, whole) = (_text.ToString(), _response?.Text ?? "");
        if (whole.Length > said.Length && whole.StartsWith(said, StringComparison.Ordinal))
        {
            _text.Append(whole, said.Length, whole.Length - said.Length);
            yield return new(whole[said.Length..]);
        }
    }

    /// <summary>The last update, when the run is over.</summary>
    public AgentUpdate Finish()
    {
        var response = _response!;
        if (response.Failure is { } failure)
        {
            throw AgentErrors.AgentFailed(server, call.AgentId, failure.Message ?? failure.Code);
        }

        if (response.Status is "failed" or "cancelled")
        {
            throw AgentErrors.AgentFailed(server, call.AgentId, response.Status is "cancelled" ? "The run was cancelled." : null);
        }

        if (_approvals is [] && OpenAIResponse.Unanswered(response.Output is { Count: > 0 } output ? output : _items) is { Count: > 0 } wanted)
        {
            throw OpenAIErrors.WantsTools(server, call, wanted);
        }

        var (threadId, end) = (ThreadId, "");
        if (_approvals.Count > 0)
        {
            threadId = OpenAIThread.Waiting(threadId ?? FromHere ?? "", _approvals);
            end = (_text.Length > 0 ? "\n\n" : "") + OpenAIApproval.Format(_approvals, threadId);
        }
        else if (_text.Length is 0)
        {
            end = $"The agent ended without words{(response.FinishReason is { } reason ? $" ({reason})" : "")}.";
        }

        _text.Append(end);
        JsonElement? interrupt = _approvals is [] ? null
            : JsonSerializer.SerializeToElement([.. _approvals], OpenAIJsonContext.Default.OpenAIApprovalArray);
        var question = _approvals is [] ? null : OpenAIApproval.Question(_approvals);
        var last = new AgentUpdate(
            end is "" ? null : end, response.Usage?.ToAgentUsage(), threadId, response.FinishReason, Interrupt: interrupt, Question: question);

        return call.InteractionType is not InteractionType.Generate
            ? last
            : last with { Reply = new(_text.ToString(), _json, threadId, last.Usage, last.FinishReason, interrupt, _toolCalls, Question: question) };
    }
}
