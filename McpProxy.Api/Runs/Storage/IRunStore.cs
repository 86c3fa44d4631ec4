namespace McpProxy.Api.Runs.Storage;

/// <summary>
/// Remembers runs, for all replicas that share the backend: what is known of each, who holds it, and how it ended. An entry expires some time after
/// its last change.
/// </summary>
internal interface IRunStore
{
    /// <summary>
    /// Remembers what is known of a run, or what is known better now; <paramref name="holder"/> holds it from now on for one lease. A run that has
    /// ended stays as it is.
    /// </summary>
    /// <exception cref="ProxyException">There is no room for another run.</exception>
    Task PutAsync(string id, string facts, string holder, CancellationToken cancellationToken);

    /// <returns>The run, or <see langword="null"/> if there is none of that id (any more).</returns>
    Task<StoredRun?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Holds a run for another lease, or takes over one that nobody holds. Keeps what the agent has said so far.</summary>
    /// <param name="id">The run.</param>
    /// <param name="holder">Who wants to hold it.</param>
    /// <param name="textSoFar">What the agent has said so far; <see langword="null"/> leaves what is stored as it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// Whether it is held now by <paramref name="holder"/>; not if another holds it, it has ended, or it is not known. And whether somebody asked for
    /// its cancelling.
    /// </returns>
    Task<RunHold> HoldAsync(string id, string holder, string? textSoFar, CancellationToken cancellationToken);

    /// <summary>Gives a run up, so that another may take it over at once.</summary>
    Task ReleaseAsync(string id, string holder, CancellationToken cancellationToken);

    /// <summary>Records how a run ended. Only the first counts.</summary>
    /// <returns>Whether this was the first; not if the run is not known.</returns>
    /// <exception cref="ProxyException">There is no room for what the agent answered. A short end can always be recorded.</exception>
    Task<bool> EndAsync(string id, string end, CancellationToken cancellationToken);

    /// <summary>Asks whoever holds the run to cancel it.</summary>
    Task RequestCancelAsync(string id, CancellationToken cancellationToken);
}

/// <summary>What is remembered of a run.</summary>
/// <param name="Facts">What is known of it.</param>
/// <param name="End">How it ended; <see langword="null"/> while it goes on.</param>
/// <param name="TextSoFar">What the agent has said so far, as far as anybody kept it.</param>
/// <param name="IsHeld">Whether anybody holds it.</param>
/// <param name="IsCancelRequested">Whether somebody asked for its cancelling.</param>
internal sealed record StoredRun(string Facts, string? End, string? TextSoFar, bool IsHeld, bool IsCancelRequested);

/// <summary>What came of holding a run.</summary>
internal readonly record struct RunHold(bool IsHeld, bool IsCancelRequested);
