using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Errors;
using McpProxy.Api.Outbound;
using McpProxy.Api.Text;

namespace McpProxy.Api.Dialects.Mastra;

/// <summary>One streamed reply. The response says itself in which of three forms it comes.</summary>
internal sealed class MastraStream(AgentServer server, AgentCall call, AgentResponse response)
{
    /// <summary>What the data stream puts before a message that <c>generate</c> gives by itself.</summary>
    private const string Preamble = "An error occurred while processing your request. ";

    private readonly MastraTranscript _transcript = new(isLegacy: response.MediaType is not "text/event-stream");

    public async IAsyncEnumerable<AgentUpdate> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in EventsAsync(await response.OpenAsync(cancellationToken), cancellationToken))
        {
            _transcript.Add(happened);
            if (Tell(happened) is { } update)
            {
                yield return update;
            }
        }

        if (!_transcript.HasEnded)
        {
            throw MastraErrors.BrokeOff(server, call.AgentId);
        }

        if (call.InteractionType is InteractionType.Generate)
        {
            yield return new(Reply: MastraReply.Read(server, call, _transcript.ToAnswer(server)));
        }
        else if (!_transcript.HasText)
        {
            yield return new(MastraReply.Read(server, call, _transcript.ToAnswer(server)).Text);
        }
    }

    private AgentUpdate? Tell(MastraEvent happened) => happened switch
    {
        MastraTextDelta { Payload.Text: { Length: > 0 } text } => new(text),
        MastraFailure failure => throw Failed(failure.Payload?.Message),
        MastraTripwire tripwire => throw MastraErrors.AgentStopped(server, call.AgentId, tripwire.Payload?.Reason),
        MastraToolCall tool when tool.ToToolCall(server) is { } called => new(ToolCalls: [called]),
        MastraFinish { Payload: { } end } => new(Usage: end.Output?.Usage?.ToAgentUsage(), FinishReason: RemoteText.Clean(end.StepResult?.Reason, 50)),
        _ => null,
    };

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
                ["9", var tool] => new MastraToolCall { Members = Read(tool, MastraJsonContext.Default.DictionaryStringJsonElement) },
                ["a", var result] => new MastraToolResult { Members = Read(result, MastraJsonContext.Default.DictionaryStringJsonElement) },
                ["g", var thought] => new MastraReasoningDelta(new(Read(thought, MastraJsonContext.Default.String))),
                ["e", var end] => new MastraStepFinish(Read(end, MastraJsonContext.Default.MastraDataFinish).ToEnd()),
                ["d", var end] => new MastraFinish(Read(end, MastraJsonContext.Default.MastraDataFinish).ToEnd()),
                _ => new MastraEvent(),
            };
        }
    }

    /// <summary>Where the data stream would be, an agent that was asked for an object writes its JSON.</summary>
    private static async IAsyncEnumerable<MastraEvent> PlainTextAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body);
        var buffer = new char[1024];
        int length;
        while ((length = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            yield return new MastraTextDelta(new(new(buffer, 0, length)));
        }

        yield return new MastraFinish();
    }

    private static string WithoutPreamble(string error) => error.StartsWith(Preamble, StringComparison.Ordinal) ? error[Preamble.Length..] : error;

    private ProxyException Failed(string? message) => MastraErrors.AgentFailed(server, call.AgentId, RemoteText.Error(message));

    private T Read<T>(string json, JsonTypeInfo<T> type) => MastraJsonContext.Read(server, () => JsonSerializer.Deserialize(json, type));
}
