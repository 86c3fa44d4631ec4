using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers.Mastra;

/// <summary>One streamed reply. The response says itself in which of three forms it comes.</summary>
internal sealed class MastraStream(AgentServer server, string agentId, AgentServerResponse response)
{
    private readonly List<string?> _tools = [];
    private MastraFinish? _finish;
    private bool _hasText;

    public async IAsyncEnumerable<AgentUpdate> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in EventsAsync(await response.OpenAsync(cancellationToken), cancellationToken))
        {
            if (Take(happened) is { } update)
            {
                yield return update;
            }
        }

        if (_finish is null)
        {
            throw MastraErrors.BrokeOff(server, agentId);
        }

        if (!_hasText)
        {
            yield return new(MastraReply.WithoutWords(_tools, _finish.Payload?.StepResult?.Reason));
        }
    }

    private AgentUpdate? Take(MastraEvent happened)
    {
        switch (happened)
        {
            case MastraTextDelta { Payload.Text: { Length: > 0 } text }:
                _hasText = true;
                return new(text);

            case MastraToolCall { Payload: { } tool }:
                _tools.Add(tool.Name);
                return null;

            case MastraFailure failure:
                throw MastraErrors.AgentFailed(server, agentId, RemoteText.Error(failure.Payload?.Message));

            case MastraTripwire tripwire:
                throw MastraErrors.AgentStopped(server, agentId, tripwire.Payload?.Reason);

            case MastraApproval or MastraSuspension:
                _finish = new(new(new(MastraReason.Suspended), null));
                return null;

            case MastraFinish finish:
                _finish ??= finish;
                return finish.Payload is { } end ? new(Usage: end.Output?.Usage?.ToAgentUsage(), FinishReason: RemoteText.Clean(end.StepResult?.Reason, 50)) : null;

            default:
                return null;
        }
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
            yield return item.Data is "[DONE]" ? new MastraFinish() : Read(item.Data, MastraJsonContext.Default.MastraEvent);
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
                ["3", var error] => new MastraFailure(new(Read(error, MastraJsonContext.Default.JsonElement), null, null)),
                ["9", var call] => new MastraToolCall(Read(call, MastraJsonContext.Default.MastraTool)),
                ["d", var end] => Read(end, MastraJsonContext.Default.MastraDataFinish).ToFinish(),
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

    private T Read<T>(string json, JsonTypeInfo<T> type) => MastraJsonContext.Read(server, () => JsonSerializer.Deserialize(json, type));
}
