using McpProxy.Api.Connections;
using McpProxy.Tests.Infrastructure;

namespace McpProxy.Tests.Connections;

/// <summary>Three replicas that all change the same connections. benchmarks/McpProxy.Benchmarks does more of it.</summary>
public sealed class HammerTests : IAsyncDisposable
{
    private readonly Backends _backends = new();

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
            Assert.Equal(stored.OrderBy(pair => pair.Key, StringComparer.Ordinal), known.Select(found => KeyValuePair.Create(found.Name, found.Url.ToString())));
        }
    }

    [Fact]
    public async Task Tells_every_replica_of_a_change_at_once()
    {
        var server = await _backends.ServerAsync();
        var (one, two) = (await _backends.RedisAsync(server), await _backends.RedisAsync(server));

        await one.AddAsync();
        await Wait.UntilAsync(async () => await two.NamesAsync() is ["weather"]);
        await two.RemoveAsync("weather", TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () => await one.NamesAsync() is []);

        // A killed subscription comes back, and what was announced meanwhile is found.
        await server.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await server.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await Wait.UntilAsync(async () =>
        {
            try
            {
                return (await one.AddAsync("late")).Server.Name is "late";
            }
            catch (ConnectionException)
            {
                return false;
            }
        });
        await Wait.UntilAsync(async () => await two.NamesAsync() is ["late"]);
    }
}
