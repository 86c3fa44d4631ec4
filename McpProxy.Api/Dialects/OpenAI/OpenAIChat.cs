using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>One reply on Chat Completions, as a stream or as a whole. It ends with its connection.</summary>
internal sealed class OpenAIChat(AgentServer server, AgentCall call, AgentResponse response)
{
    private readonly StringBuilder _text = new();
    private readonly List<string> _tools = [];
    private AgentUsage? _usage;
    private string? _finishReason;
    private bool _isOver;

    public async IAsyncEnumerable<AgentUpdate> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A conversation that the caller named is the server's affair; one that was to begin here is none.
        yield return new(ThreadId: call.BeginsThread ? null : call.ThreadId);

        var isStream = response.MediaType is "text/event-stream";
        await foreach (var answer in isStream ? EventsAsync(cancellationToken) : WholeAsync(cancellationToken))
        {
            if (Take(answer) is { } text)
            {
                yield return new(text);
            }
        }

        yield return Finish();
    }

    private async IAsyncEnumerable<OpenAIChatAnswer> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var body = await response.OpenAsync(cancellationToken);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            if (item.Data is "[DONE]")
            {
                _isOver = true;

                // Some servers, and what stands before them, keep the connection open.
                await AgentResponse.DrainAsync(body);
                yield break;
            }

            if (item.Data is not "")
            {
                yield return OpenAIJsonContext.Read(server, () => JsonSerializer.Deserialize(item.Data, OpenAIJsonContext.Default.OpenAIChatAnswer));
            }
        }
    }

    private async IAsyncEnumerable<OpenAIChatAnswer> WholeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answer = await response.ReadAsync(OpenAIJsonContext.Default.OpenAIChatAnswer, cancellationToken);
        _isOver = true;

        yield return answer is { Choices: null, Error: null } ? throw OpenAIErrors.NotOpenAI(server) : answer;
    }

    /// <returns>The text to pass on.</returns>
    private string? Take(OpenAIChatAnswer answer)
    {
        if (answer.Error is { ValueKind: JsonValueKind.Object or JsonValueKind.String })
        {
            throw OpenAIJsonContext.Read(
                server, () => AgentErrors.AgentFailed(server, call.AgentId, new AgentErrorBody(answer.Error, null, null).Message));
        }

        _usage = answer.Usage?.ToAgentUsage() ?? _usage;
        if ((answer.Choices ?? []).FirstOrDefault(choice => choice is { Index: null or 0 }) is not { } choice)
        {
            return null;
        }

        _finishReason = RemoteText.Clean(choice.FinishReason, 50) ?? _finishReason;
        _isOver |= choice.FinishReason is not null;
        var said = choice.Delta ?? choice.Message;
        _tools.AddRange((said?.ToolCalls ?? []).Select(tool => RemoteText.Clean(tool?.Function?.Name, 100)).OfType<string>());
        var text = $"{said?.Content}{said?.Refusal}";
        _text.Append(text);

        return text is "" ? null : text;
    }

    private AgentUpdate Finish()
    {
        if (!_isOver)
        {
            throw AgentErrors.AgentBrokeOff(server, call.AgentId);
        }

        if (_tools.Count > 0)
        {
            throw OpenAIErrors.WantsTools(server, call, _tools);
        }

        return new(
            _text.Length > 0 ? null : $"The agent ended without words{(_finishReason is null ? "" : $" ({_finishReason})")}.",
            _usage,
            FinishReason: _finishReason);
    }
}

/// <summary>An answer, or a piece of one.</summary>
internal sealed record OpenAIChatAnswer(IReadOnlyList<OpenAIChatChoice?>? Choices, OpenAIUsage? Usage, JsonElement? Error);

internal sealed record OpenAIChatChoice(int? Index, OpenAIChatMessage? Delta, OpenAIChatMessage? Message, string? FinishReason);

internal sealed record OpenAIChatMessage(
    [property: JsonConverter(typeof(OpenAIContentConverter))] string? Content,
    string? Refusal,
    IReadOnlyList<OpenAIChatTool?>? ToolCalls);

internal sealed record OpenAIChatTool(OpenAIChatFunction? Function);

internal sealed record OpenAIChatFunction(string? Name);
