using Microsoft.Extensions.Caching.Memory;

namespace McpProxy.Api.Connections.Backends;

/// <summary>Remembers pins in this process, until it stops; of very many, those not asked for lately are forgotten first.</summary>
internal sealed class LocalPinStore(ConnectionOptions options) : IPinStore, IDisposable
{
    private const long MaxBytes = 64 * 1024 * 1024;

    private readonly MemoryCache _pins = new(new MemoryCacheOptions { SizeLimit = MaxBytes });
    private readonly Lock _gate = new();

    public Task<string> PinAsync(string thing, string value, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_pins.TryGetValue(thing, out string? pinned) ? pinned! : Set(thing, value));
        }
    }

    public Task ReplaceAsync(string thing, string value, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(Set(thing, value));
        }
    }

    public void Dispose() => _pins.Dispose();

    private string Set(string thing, string value) => _pins.Set(
        thing, value, new MemoryCacheEntryOptions { Size = 200 + (2L * (thing.Length + value.Length)), SlidingExpiration = options.PinExpiry });
}
