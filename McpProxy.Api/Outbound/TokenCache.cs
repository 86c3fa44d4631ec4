using McpProxy.Api.Connections;
using Microsoft.Extensions.Caching.Memory;

namespace McpProxy.Api.Outbound;

/// <summary>Keeps access tokens until shortly before they expire. Many who need the same one at the same time make one request for it.</summary>
internal sealed class TokenCache(TokenEndpoint endpoint, TimeProvider time) : IDisposable
{
    /// <summary>For this long all are told of a failure, so that a rush of calls is no rush of requests.</summary>
    private static readonly TimeSpan _failureTime = TimeSpan.FromSeconds(1);

    /// <summary>A younger token is not replaced: an agent server that refuses all must not make the proxy ask for one after the other.</summary>
    private static readonly TimeSpan _minAge = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _unusedTime = TimeSpan.FromMinutes(30);

    private readonly Lock _gate = new();

    /// <summary>One for each connection, and one for each caller on whose behalf agents are called: those not needed lately are forgotten first.</summary>
    private readonly MemoryCache _tokens = new(new MemoryCacheOptions { SizeLimit = 5000 });

    /// <param name="client">For whom it is given.</param>
    /// <param name="subject">The caller's own token, if it is to be exchanged.</param>
    /// <param name="cancellationToken">Ends the wait, but not the request: others may wait for it too.</param>
    /// <exception cref="ProxyException">There is none. The message is the rest of a sentence about the agent server that it was for.</exception>
    public async Task<string> GetAsync(OAuthClient client, string? subject, CancellationToken cancellationToken)
    {
        var token = await Find(client, subject).Token.WaitAsync(cancellationToken);

        return token.Value;
    }

    /// <summary>Forgets a token that an agent server refused.</summary>
    /// <returns>Whether there is, or will be, another.</returns>
    public bool Forget(OAuthClient client, string? subject, string token)
    {
        var key = Key(client, subject);
        lock (_gate)
        {
            if (!_tokens.TryGetValue(key, out Entry? entry) || !entry!.Holds(token))
            {
                return true;
            }

            if (time.GetElapsedTime(entry.Began) < _minAge)
            {
                return false;
            }

            _tokens.Remove(key);

            return true;
        }
    }

    public void Dispose() => _tokens.Dispose();

    private Entry Find(OAuthClient client, string? subject)
    {
        var key = Key(client, subject);
        lock (_gate)
        {
            if (_tokens.TryGetValue(key, out Entry? known) && IsOfUse(known!))
            {
                return known!;
            }

            var entry = new Entry(Task.Run(() => endpoint.AskAsync(client, subject)), time.GetTimestamp());

            return _tokens.Set(key, entry, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = _unusedTime });
        }
    }

    private bool IsOfUse(Entry entry) => !entry.Token.IsCompleted
        || time.GetElapsedTime(entry.Began) < (entry.Token.IsCompletedSuccessfully ? entry.Token.Result.UsedFor : _failureTime);

    /// <summary>Callers' tokens are not kept.</summary>
    private static (OAuthClient Client, string? Subject) Key(OAuthClient client, string? subject)
        => (client, subject is null ? null : Fingerprint.Of(subject));

    private sealed record Entry(Task<AccessToken> Token, long Began)
    {
        public bool Holds(string token) => Token.IsCompletedSuccessfully && Token.Result.Value == token;
    }
}
