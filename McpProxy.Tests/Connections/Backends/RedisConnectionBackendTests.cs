using McpProxy.Api.Connections;

namespace McpProxy.Tests.Connections.Backends;

/// <summary>The contract on a real redis-server.</summary>
public sealed class RedisConnectionBackendTests : ConnectionBackendTests, IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    private protected override async Task<IConnectionBackend> CreateAsync(ConnectionOptions options)
        => await _backends.RedisAsync(await _backends.ServerAsync(), options);
}

/// <summary>The contract on the double of Upstash.</summary>
public sealed class UpstashConnectionBackendTests : ConnectionBackendTests, IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    private protected override async Task<IConnectionBackend> CreateAsync(ConnectionOptions options)
        => await _backends.UpstashAsync(await _backends.UpstashServerAsync(await _backends.ServerAsync()), options);
}
