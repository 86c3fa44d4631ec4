using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>One streamed reply. The response says itself in which of three forms it comes.</summary>
internal sealed class MastraStream(AgentServer server, AgentCall call, AgentResponse response)
{
    /// <summary>What the data stream puts before a message that <c>generate</c> gives by itself.</summary>
    private const string Preamble = "An error occurred while processing your request. ";

    private readonly StringBuilder _text = new();
    private readonly List<string> _tools = [];
    private readonly JsonObject _details = [];
    private JsonElement? _object;
    private MastraQuestion? _question;
    private string? _finishReason;
    private bool _hasEnded;

    public async IAsyncEnumerable<AgentUpdate> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in EventsAsync(await response.OpenAsync(cancellationToken), cancellationToken))
        {
            if (Take(happened) is { } update)
            {
                yield return update;
            }
        }

        if (!_hasEnded)
        {
            throw AgentErrors.AgentBrokeOff(server, call.AgentId);
        }

        yield return Finish();
    }

    private AgentUpdate? Take(MastraEvent happened)
    {
        switch (happened)
        {
            case MastraTextDelta { Payload.Text: { Length: > 0 } text }:
                _text.Append(text);
                return new(text);

            case MastraToolCall { Payload: { } tool } when tool.ToToolCall() is { } called:
                _tools.Add(called.Name);
                return new(ToolCalls: [called]);

            case MastraPart part:
                var parts = _details[part is MastraFile ? "files" : "sources"] ??= new JsonArray();
                parts.AsArray().Add(ToNode(part, MastraJsonContext.Default.MastraEvent));
                return null;

            case MastraObject { Object: { } whole }:
                _object = whole;
                return null;

            case MastraPause pause:
                (_hasEnded, _finishReason) = (true, MastraReason.Suspended);
                _question = MastraJsonContext.ReadAny(server, () => MastraQuestion.Of(pause.RunId, pause.Payload));
                _details["suspendPayload"] = pause.Payload is { } payload ? ToNode(payload, MastraJsonContext.Default.JsonElement) : null;
                return null;

            case MastraFinish { Payload: var end }:
                (_hasEnded, _finishReason) = (true, _finishReason ?? RemoteText.Clean(end?.StepResult?.Reason, 50));
                return new(Usage: end?.Output?.Usage?.ToAgentUsage());

            case MastraFailure failure:
                throw MastraJsonContext.Read(server, () => Failed(failure.Payload?.Message));

            case MastraTripwire tripwire:
                throw MastraErrors.AgentStopped(server, call.AgentId, tripwire.Payload?.Reason);

            default:
                return null;
        }
    }

    private AgentUpdate Finish()
    {
        var text = _text.ToString();
        if (text is "" && _finishReason is "error")
        {
            throw AgentErrors.AgentFailed(server, call.AgentId, null);
        }

        if (text is not "" && _object is { } whole && !MastraReply.IsSame(whole, text))
        {
            _details["object"] = ToNode(whole, MastraJsonContext.Default.JsonElement);
        }

        var rest = _question is { } question ? question.Format(text, call.ThreadId)[text.Length..]
            : text is not "" ? null
            : _object?.GetRawText() ?? MastraReply.WithoutText(_tools, _finishReason);

        return new(
            rest,
            FinishReason: _finishReason,
            ThreadId: _question?.ThreadId(call.ThreadId),
            Interrupt: _question?.Payload,
            Details: _details,
            Question: _question?.ToQuestion());
    }

    private IAsyncEnumerable<MastraEvent> EventsAsync(Stream body, CancellationToken cancellationToken) => response.MediaType switch
    {
        "text/event-stream" => ServerSentEventsAsync(body, cancellationToken),
        "text/plain" when response.Header("x-vercel-ai-data-stream") is not null => DataStreamAsync(body, cancellationToken),
        "text/plain" => PlainTextAsync(body, cancellationToken),
        _ => throw MastraErrors.NotMastra(server),
    };

    /// <summary>Servers since 1.0.</summary>
    private async IAsyncEnumerable<MastraEvent> ServerSentEventsAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            if (item.Data is "[DONE]")
            {
                yield return new MastraFinish();

                // Some servers, and what stands before them, keep the connection open.
                await AgentResponse.DrainAsync(body);
                yield break;
            }

            yield return Read(item.Data, MastraJsonContext.Default.MastraEvent);
        }
    }

    /// <summary>The data stream of AI SDK v4: older servers, and the legacy endpoints.</summary>
    private async IAsyncEnumerable<MastraEvent> DataStreamAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line.Split(':', 2) switch
            {
                ["0", var text] => new MastraTextDelta(new(Read(text, MastraJsonContext.Default.String))),
                ["3", var error] => throw Failed(WithoutPreamble(Read(error, MastraJsonContext.Default.String))),
                ["9", var tool] => new MastraToolCall(Read(tool, MastraJsonContext.Default.MastraTool)),
                ["d", var end] when Read(end, MastraJsonContext.Default.MastraDataFinish) is var finish
                    => new MastraFinish(new(new(finish.FinishReason), new(finish.Usage))),
                _ => new MastraEvent(),
            };
        }
    }

    /// <summary>Where the data stream would be, an agent that was asked for an object writes its JSON.</summary>
    private static async IAsyncEnumerable<MastraEvent> PlainTextAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body);
        var buffer = new char[1024];
        var (held, read) = (0, 0);
        while ((read = await reader.ReadAsync(buffer.AsMemory(held), cancellationToken)) > 0)
        {
            // The other half of a character comes with the next piece.
            var length = held + read;
            held = char.IsHighSurrogate(buffer[length - 1]) ? 1 : 0;
            yield return new MastraTextDelta(new(new(buffer, 0, length - held)));
            buffer[0] = buffer[length - 1];
        }

        yield return new MastraFinish();
    }

    private static string WithoutPreamble(string error) => error.StartsWith(Preamble, StringComparison.Ordinal) ? error[Preamble.Length..] : error;

    private ProxyException Failed(string? message) => AgentErrors.AgentFailed(server, call.AgentId, message);

    private T Read<T>(string json, JsonTypeInfo<T> type) => MastraJsonContext.Read(server, () => JsonSerializer.Deserialize(json, type));

    private JsonNode ToNode<T>(T value, JsonTypeInfo<T> type) => MastraJsonContext.Read(server, () => JsonSerializer.SerializeToNode(value, type));
}
