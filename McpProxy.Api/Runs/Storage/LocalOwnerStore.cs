using Microsoft.Extensions.Caching.Memory;

namespace McpProxy.Api.Runs.Storage;

/// <summary>Remembers owners in this process, until it stops; of very many, those not asked for lately are forgotten first.</summary>
internal sealed class LocalOwnerStore(RunOptions options) : IOwnerStore, IDisposable
{
    private readonly MemoryCache _owners = new(new MemoryCacheOptions { SizeLimit = 100_000 });
    private readonly Lock _gate = new();

    public Task<string> ClaimAsync(string thing, string owner, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_owners.TryGetValue(thing, out string? known)
                ? known!
                : _owners.Set(thing, owner, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = options.ConversationExpiry }));
        }
    }

    public void Dispose() => _owners.Dispose();
}
