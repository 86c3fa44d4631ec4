using System.Text;
using System.Text.Json;

namespace McpProxy.Api.AgentServers;

/// <summary>Calls an agent in the way that was asked for, and keeps the record of it.</summary>
internal sealed class AgentCaller(TimeProvider time, AgentServerOptions options)
{
    private const string Note = "The agent's answer was collected as it arrived; timestamp says when each piece came.";

    /// <param name="agent">Whom to call.</param>
    /// <param name="interactionType">How to ask for the answer.</param>
    /// <param name="call">What to send.</param>
    /// <param name="onText">Gets the words of a stream as they come.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<AgentAnswer> CallAsync(
        ResolvedAgent agent, InteractionType interactionType, AgentCall call, Action<string> onText, CancellationToken cancellationToken)
    {
        using var invocation = Telemetry.StartInvokeAgent(agent, call, options.TelemetryContent);
        try
        {
            var answer = interactionType is InteractionType.Stream
                ? await CollectAsync(agent, call, onText, cancellationToken)
                : new(await agent.Client.GenerateAsync(agent.Server, call, cancellationToken));
            Telemetry.Record(invocation, answer, options.TelemetryContent);

            return answer;
        }
        catch (Exception exception)
        {
            invocation.Fail(exception);
            throw;
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<AgentAnswer> CollectAsync(
        ResolvedAgent agent, AgentCall call, Action<string> onText, CancellationToken cancellationToken)
    {
        var (start, chunks, text) = (Now, new List<StreamChunk>(), new StringBuilder());
        var (threadId, usage, finishReason, failure) = (call.ThreadId, default(AgentUsage), default(string), default(AgentServerException));
        try
        {
            await foreach (var update in agent.Client.StreamAsync(agent.Server, call, cancellationToken))
            {
                (threadId, usage, finishReason) = (update.ThreadId ?? threadId, update.Usage ?? usage, update.FinishReason ?? finishReason);
                if (update.Text is { Length: > 0 } piece)
                {
                    onText(piece);
                    text.Append(piece);
                    chunks.Add(new(piece, Now, chunks.Count));
                }
            }
        }
        catch (AgentServerException exception) when (chunks.Count > 0)
        {
            failure = exception;
        }

        var end = Now;
        var stream = new CollectedStream(
            failure is null ? "collected_stream" : "partial_stream",
            chunks,
            new(chunks.Count, start, end, (long)(end - start).TotalMilliseconds, Note, failure?.Message));

        return new(new(text.ToString(), JsonSerializer.SerializeToElement(stream, ApiJsonContext.Default.CollectedStream), threadId, usage, finishReason), failure);
    }
}
