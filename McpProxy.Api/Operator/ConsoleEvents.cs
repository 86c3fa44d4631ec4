using System.Text.Json;
using McpProxy.Api.Access;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Runs.History;

namespace McpProxy.Api.Operator;

/// <summary>
/// Tells those who look what has changed, as server-sent events. Nothing happens while nobody looks: each stream looks for itself, and agent servers are
/// not asked.
/// </summary>
internal sealed class ConsoleEvents(
    CallHistory history, CallExchange exchange, IConnectionBackend backend, ServerStatusLog statuses, IHostApplicationLifetime lifetime)
{
    public const string Path = $"{ConsoleEndpoints.Path}/events";

    private const int MaxStreams = 100;
    private const int MaxFirst = 50;

    private static readonly TimeSpan _lookInterval = TimeSpan.FromSeconds(1);

    /// <summary>What changes within this time is told at once.</summary>
    private static readonly TimeSpan _gatherTime = TimeSpan.FromMilliseconds(100);

    /// <summary>After that clients come again, and are asked again who they are.</summary>
    private static readonly TimeSpan _maxTime = TimeSpan.FromMinutes(15);

    private int _open;

    public async Task WriteAsync(HttpContext context, Caller caller)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > MaxStreams)
            {
                await context.RefuseAsync(
                    StatusCodes.Status503ServiceUnavailable, $"{MaxStreams} pages are open already. Close one, or ask for /operator/calls instead.");

                return;
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            end.CancelAfter(_maxTime);
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            await WriteAsync(context.Response, caller, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The client is gone, or has to come again.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task WriteAsync(HttpResponse response, Caller caller, CancellationToken cancellationToken)
    {
        await exchange.SynchronizeAsync(cancellationToken);
        var (calls, version) = history.ChangesSince(0);
        var (servers, statusVersion) = (await backend.GetAllAsync(cancellationToken), statuses.Version);
        await WriteAsync(response, new CallList([.. calls.Where(caller.MaySee).Take(MaxFirst)]), cancellationToken);
        while (true)
        {
            await history.WaitAsync(version, _lookInterval, cancellationToken);
            await Task.Delay(_gatherTime, cancellationToken);
            await exchange.SynchronizeAsync(cancellationToken);
            (calls, version) = history.ChangesSince(version);
            calls = [.. calls.Where(caller.MaySee)];
            if (calls.Count > 0)
            {
                await WriteAsync(response, new CallList(calls), cancellationToken);
            }

            var (serversBefore, statusBefore) = (servers, statusVersion);
            (servers, statusVersion) = (await backend.GetAllAsync(cancellationToken), statuses.Version);
            if (statusVersion != statusBefore || !(ReferenceEquals(servers, serversBefore) || servers.Select(Text).SequenceEqual(serversBefore.Select(Text))))
            {
                await WriteAsync(response, "servers", "{}", cancellationToken);
            }
        }
    }

    private static Task WriteAsync(HttpResponse response, CallList calls, CancellationToken cancellationToken)
        => WriteAsync(response, "calls", JsonSerializer.Serialize(calls, OperatorJsonContext.Readable.CallList), cancellationToken);

    private static async Task WriteAsync(HttpResponse response, string name, string data, CancellationToken cancellationToken)
    {
        await response.WriteAsync($"event: {name}\ndata: {data}\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private static string Text(AgentServer server) => $"{server.Name} {server.Url} {server.Type} {string.Join(' ', server.Agents ?? [])}";
}
