using System.Globalization;
using System.Text.Json;
using McpProxy.Api.Redis;

namespace McpProxy.Api.Runs.History;

/// <summary>The history in a Redis that any number of proxies share. Throws a <see cref="BackendException"/> when that fails.</summary>
internal sealed class RedisCallStore(IRedisClient client, RedisOptions redis, TimeProvider time)
{
    private const int MaxLength = 20_000;
    private const int MaxBatch = 500_000;

    private static readonly TimeSpan _tolerance = TimeSpan.FromDays(1);

    private readonly string[] _keys = [.. new[] { "calls", "calls:changed", "calls:held", "calls:cancel" }.Select(name => redis.KeyPrefix + name)];
    private string _version = "0";

    /// <summary>Stores calls, and holds those that run for another lease.</summary>
    /// <param name="changed">What has changed. There may be too much for one request; what is left comes with the next.</param>
    /// <param name="running">The ids of those that run.</param>
    /// <param name="lease">For how long they are held.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Those that are stored, and the ids of those that somebody wants cancelled.</returns>
    public async Task<(IReadOnlyList<CallRecord> Stored, IReadOnlyList<string> Cancelled)> PutAsync(
        IReadOnlyList<CallRecord> changed, IEnumerable<string> running, TimeSpan lease, CancellationToken cancellationToken)
    {
        var (texts, stored, length) = (new List<string>(), new List<CallRecord>(), 0);
        foreach (var call in changed.TakeWhile(_ => length < MaxBatch))
        {
            stored.Add(call);
            var text = JsonSerializer.Serialize(call, RunsJsonContext.Default.CallRecord);

            // Only an agent with a name of that length makes one.
            if (text.Length <= MaxLength)
            {
                texts.AddRange([call.Id, text, call.State is CallState.Running ? "1" : "0"]);
                length += text.Length;
            }
        }

        string[] arguments =
        [
            RedisScript.Milliseconds(lease), Number(CallHistory.MaxCalls), RedisScript.Milliseconds(CallHistory.MaxAge), Number(texts.Count / 3),
            .. texts, .. running,
        ];

        return (stored, await client.EvaluateAsync(CallScripts.Put, _keys, arguments, cancellationToken));
    }

    /// <returns>What has changed since this was asked last, the last change last.</returns>
    public async Task<IReadOnlyList<CallRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        string[] arguments = [_version, Number(2 * CallHistory.MaxCalls), Number(MaxLength)];
        var (version, calls) = await client.EvaluateAsync(
            CallScripts.Read,
            _keys,
            arguments,
            result => (result[0], result[1..].Chunk(3).Select(call => Parse(call[0], call[1], isHeld: call[2] is "1")).ToList()),
            cancellationToken);
        _version = version;
        calls.Reverse();

        return [.. calls.OfType<CallRecord>()];
    }

    /// <returns>Whether a replica holds the call, which will hear of it within a second or two.</returns>
    public async Task<bool> TryCancelAsync(string id, CancellationToken cancellationToken)
        => await client.EvaluateAsync(CallScripts.Cancel, _keys, [id], cancellationToken) is ["WANTED"];

    /// <returns>The call, or <see langword="null"/> if what is stored is none: others may write to the store.</returns>
    private CallRecord? Parse(string id, string text, bool isHeld)
    {
        try
        {
            var call = JsonSerializer.Deserialize(text, RunsJsonContext.Default.CallRecord);
            var now = time.GetUtcNow().UtcDateTime;
            if (call?.Id != id || (call.StartedAt.ToUniversalTime() - now).Duration() > CallHistory.MaxAge + _tolerance)
            {
                return null;
            }

            return call.State is not CallState.Running || isHeld
                ? call
                : call with { State = CallState.Lost, Error = new(ErrorKind.Interrupted, RunSupervisor.WhyLost) };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
