using System.Text;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp;

/// <summary>
/// Sends an MCP client the agent's text as it comes, at most ten times a second, and a sign of life while there is none.
/// Nothing is sent to a client that did not ask for progress.
/// </summary>
internal sealed partial class CallProgress : IProgress<string>, IAsyncDisposable
{
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(8);

    private readonly Channel<string>? _texts;
    private readonly TaskCompletionSource? _ended;
    private readonly McpServer _server;
    private readonly ILogger _logger;
    private readonly Task _sending;

    public CallProgress(RequestContext<CallToolRequestParams> request, ILogger<CallProgress> logger)
    {
        (_server, _logger) = (request.Server, logger);
        if (request.Params.ProgressToken is not { } token)
        {
            _sending = Task.CompletedTask;

            return;
        }

        _texts = Channel.CreateUnbounded<string>(new() { SingleReader = true });
        _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _sending = SendAsync(token, _texts.Reader, _ended.Task);
    }

    /// <summary>Whether the client asked for progress.</summary>
    public bool IsWanted => _texts is not null;

    public void Report(string value)
    {
        if (value is not "")
        {
            _texts?.Writer.TryWrite(value);
        }
    }

    /// <summary>Sends what is left, and then nothing more: progress must not follow the answer.</summary>
    public async ValueTask DisposeAsync()
    {
        _texts?.Writer.TryComplete();
        _ended?.TrySetResult();
        await _sending;
    }

    private async Task SendAsync(ProgressToken token, ChannelReader<string> texts, Task ended)
    {
        try
        {
            for (var progress = 1; await TakeAsync(texts) is { } text; progress++)
            {
                await _server.NotifyProgressAsync(token, new() { Progress = progress, Message = text is "" ? null : text });
                await Task.WhenAny(Task.Delay(_pace), ended);
            }
        }
        catch (Exception exception)
        {
            // A client that can't be sent progress may still get the answer.
            LogProgressLost(exception);
        }
    }

    /// <returns>The text that has arrived, an empty one when a sign of life is due, or <see langword="null"/> after the last.</returns>
    private static async Task<string?> TakeAsync(ChannelReader<string> texts)
    {
        var ready = texts.WaitToReadAsync().AsTask();
        await Task.WhenAny(ready, Task.Delay(_heartbeat));
        if (!ready.IsCompleted)
        {
            return "";
        }

        if (!await ready)
        {
            return null;
        }

        var text = new StringBuilder();
        while (texts.TryRead(out var piece))
        {
            text.Append(piece);
        }

        return text.ToString();
    }

    [LoggerMessage(LogLevel.Debug, "Progress could not be sent to the client.")]
    private partial void LogProgressLost(Exception exception);
}
