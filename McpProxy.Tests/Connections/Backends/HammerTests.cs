using McpProxy.Api.Connections;

namespace McpProxy.Tests.Connections.Backends;

/// <summary>Three replicas that all change the same connections. benchmarks/McpProxy.Benchmarks does the same for longer.</summary>
public sealed class HammerTests : IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Theory]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task Never_gives_a_url_two_names_or_a_name_two_urls(string kind)
    {
        var server = await _backends.ServerAsync();
        var upstash = await _backends.UpstashServerAsync(server);
        var replicas = new List<IConnectionBackend>();
        for (var i = 0; i < 3; i++)
        {
            replicas.Add(kind is "redis" ? await _backends.RedisAsync(server) : await _backends.UpstashAsync(upstash));
        }

        var hammer = new Hammer(replicas, tasks: 16, operations: 40);
        await hammer.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, hammer.Collisions);
        var stored = await server.AssertConsistentAsync();
        Assert.NotEmpty(stored);
        foreach (var replica in replicas)
        {
            var known = await replica.RefreshAsync(TestContext.Current.CancellationToken);
            Assert.Equal(
                stored.OrderBy(pair => pair.Key, StringComparer.Ordinal),
                known.Select(found => KeyValuePair.Create(found.Name, found.Url.ToString())));
        }
    }
}
