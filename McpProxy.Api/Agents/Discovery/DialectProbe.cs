using System.Net;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>Finds out of which type a server is, by asking it for its agents.</summary>
internal sealed class DialectProbe(IReadOnlyList<IAgentDialect> dialects, TimeProvider time)
{
    private const int Meaningless = 3;

    private static readonly TimeSpan _timeForBetter = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Asks in all dialects at the same time. Of those that list agents the first in their order is taken: some servers speak several, and the one that
    /// knows most of them comes first. One that has not answered yet is waited for only a moment once another has.
    /// </summary>
    public async Task<AgentListing> AskAsync(AgentServer server)
    {
        using var others = new CancellationTokenSource();
        var guesses = dialects.Select(dialect => GuessAsync(server, dialect, others.Token)).ToList();
        await foreach (var guess in Task.WhenEach(guesses))
        {
            if (IsFound(guess))
            {
                await Task.WhenAny(Task.WhenAll(guesses.Take(guesses.IndexOf(guess))), Task.Delay(_timeForBetter, time));
                var best = guesses.First(IsFound);
                await others.CancelAsync();

                return await best;
            }
        }

        var failure = (await Task.WhenAll(guesses)).Select(guess => guess.Failure!).MinBy(Rank)!;

        throw Rank(failure) < Meaningless ? failure : new ProxyException(
            ErrorKind.InvalidResponse,
            $"{server.Subject} answers, but not as a {string.Join(" or ", dialects.Select(dialect => dialect.ServerType))} server does. "
            + (server.Url.Root.AbsolutePath.EndsWith("/api/", StringComparison.OrdinalIgnoreCase)
                ? "Leave out the /api at the end of its URL: the proxy adds that itself."
                : "Check that the URL is the base URL of an agent server."));
    }

    private static bool IsFound(Task<AgentListing> guess) => guess is { IsCompletedSuccessfully: true, Result.Failure: null };

    /// <summary>Asks in one dialect. A server whose type is a guess is shown a key for all servers of that type only after a 401.</summary>
    private static async Task<AgentListing> GuessAsync(AgentServer server, IAgentDialect dialect, CancellationToken cancellationToken)
    {
        var typed = server with { Type = dialect.ServerType };
        try
        {
            try
            {
                var agents = await dialect.ListAgentsAsync(server, cancellationToken);

                // A server of any type may answer with an empty list.
                return agents is []
                    ? new(server, [], new(ErrorKind.InvalidResponse, $"{server.Subject} lists no agents."))
                    : new(typed, agents);
            }
            catch (ProxyException exception) when (exception.Kind is ErrorKind.Unauthorized)
            {
                return new(typed, await dialect.ListAgentsAsync(typed, cancellationToken));
            }
        }
        catch (ProxyException exception)
        {
            return new(server, [], exception);
        }
    }

    /// <returns>How little the failure says: a server that fails does so in any dialect, and one that refuses may do so only in the right one.</returns>
    private static int Rank(ProxyException exception) => exception switch
    {
        { Kind: ErrorKind.Unreachable or ErrorKind.Interrupted or ErrorKind.TimedOut or ErrorKind.RefusedByPolicy } => 0,
        { Kind: ErrorKind.CircuitOpen } => 1,
        { Kind: ErrorKind.Unauthorized or ErrorKind.AgentFailed or ErrorKind.Busy } => 2,
        { Status: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest } => 2,
        _ => Meaningless,
    };
}
