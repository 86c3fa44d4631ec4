namespace McpProxy.Api.Runs.Storage;

/// <summary>
/// Remembers runs, for all replicas that share the backend: what is known of each, who holds it, and how it ended. An entry expires some time after
/// its last change.
/// </summary>
internal interface IRunStore
{
    /// <summary>
    /// Stores the facts of a run, in place of earlier ones; <paramref name="holder"/> holds it from now on for one lease. A run that has ended stays as
    /// it is.
    /// </summary>
    /// <exception cref="ProxyException">There is no room for another run.</exception>
    Task PutAsync(string id, string facts, string holder, CancellationToken cancellationToken);

    /// <returns>The run, or <see langword="null"/> if there is none of that id (any more).</returns>
    Task<StoredRun?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Holds a run for another lease, or takes over one that nobody holds; stores the text so far if it is not <see langword="null"/>.</summary>
    /// <returns>
    /// Whether <paramref name="holder"/> holds it now (not if another does, it has ended or is unknown), and whether somebody wants it cancelled.
    /// </returns>
    Task<RunHold> HoldAsync(string id, string holder, string? textSoFar, CancellationToken cancellationToken);

    /// <summary>Gives a run up, so that another may take it over at once.</summary>
    Task ReleaseAsync(string id, string holder, CancellationToken cancellationToken);

    /// <summary>Records how a run ended. Only the first counts.</summary>
    /// <returns>Whether this was the first; not if the run is not known.</returns>
    /// <exception cref="ProxyException">There is no room for what the agent answered. A short end can always be recorded.</exception>
    Task<bool> EndAsync(string id, string end, CancellationToken cancellationToken);

    /// <summary>Lets a run that has ended go on as another. It is kept for as long as that one may be.</summary>
    /// <param name="id">The run.</param>
    /// <param name="last">What it went on as last; the run itself if it did not yet.</param>
    /// <param name="next">What it goes on as.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether this was the first to let it go on from there.</returns>
    Task<bool> ContinueAsync(string id, string last, string next, CancellationToken cancellationToken);

    /// <summary>Asks whoever holds the run to cancel it.</summary>
    Task RequestCancelAsync(string id, CancellationToken cancellationToken);
}

/// <summary>What is stored of a run. It has no end while it goes on, and may have gone on as another since.</summary>
internal sealed record StoredRun(string Facts, string? End, string? TextSoFar, bool IsHeld, bool IsCancelRequested, string? Next = null);

/// <summary>What came of holding a run.</summary>
internal readonly record struct RunHold(bool IsHeld, bool IsCancelRequested);
