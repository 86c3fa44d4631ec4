using System.Collections.Concurrent;

namespace McpProxy.Benchmarks.Chaos;

/// <summary>What the proxies have acknowledged, and what was wrong about it.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private int _lostWithTheirReplica;

    /// <summary>The runs that were accepted, by their id.</summary>
    public ConcurrentDictionary<string, AcceptedRun> Runs { get; } = new();

    /// <summary>The replicas that were killed, as they were called.</summary>
    public ConcurrentBag<Uri> Killed { get; } = [];

    /// <summary>The answers that a replica told which was killed before Redis had them: it has to be away for that.</summary>
    public int LostWithTheirReplica => _lostWithTheirReplica;

    /// <summary>The calls of which the proxy said that nothing was sent.</summary>
    public ConcurrentBag<string> Unsent { get; } = [];

    /// <summary>The servers, by name: as they should be, or either way where the proxy could not tell.</summary>
    public ConcurrentDictionary<string, Connection> Connections { get; } = new();

    /// <summary>What did not go as promised.</summary>
    public IReadOnlyList<string> Wrong => [.. _wrong];

    public void Count(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    public void Report(string what) => _wrong.Enqueue(what);

    /// <returns>How often everything happened whose name begins so.</returns>
    public string Counts(string prefix) => string.Join(", ", _counts
        .Where(count => count.Key.StartsWith($"{prefix} ", StringComparison.Ordinal))
        .OrderByDescending(count => count.Value)
        .Select(count => $"{count.Value} {count.Key[(prefix.Length + 1)..]}"));

    /// <summary>Checks what is said of a run: once it has ended, it stays as it ended.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="proxy">Who said it.</param>
    /// <param name="answer">What was said.</param>
    /// <param name="expected">What the agent says.</param>
    /// <returns>Whether the run has ended.</returns>
    public bool Learn(string runId, Uri proxy, ToolAnswer answer, string expected)
    {
        if (answer.Kind is "not_found" && answer.Field("runId") is null)
        {
            Report($"{runId} was accepted, and then: {answer.Text}");

            return true;
        }

        if (answer.Field("status") is not { } status || status is "running")
        {
            return false;
        }

        var run = Runs[runId];
        var (before, teller) = (run.Status, run.ToldBy);
        (run.Status, run.ToldBy) = (status, proxy);
        if (before is not null && before != status)
        {
            if (status is "lost" && Killed.Contains(teller))
            {
                Interlocked.Increment(ref _lostWithTheirReplica);
            }
            else
            {
                Report($"{runId} was {before}, and then {status}");
            }
        }

        if (status is "completed" && answer.Text.Trim() != expected)
        {
            Report($"{runId} was answered with '{answer.Text}'");
        }

        return true;
    }
}

/// <summary>A run that a proxy has accepted.</summary>
internal sealed class AcceptedRun
{
    /// <summary>How it ended, once a proxy has said so.</summary>
    public string? Status { get; set; }

    /// <summary>Who said so.</summary>
    public Uri? ToldBy { get; set; }
}

/// <summary>A server that was connected and disconnected.</summary>
/// <param name="Url">Its URL.</param>
/// <param name="IsConnected">Whether it should be connected now; <see langword="null"/> if that is not known.</param>
internal sealed record Connection(string Url, bool? IsConnected);
