using McpProxy.Api.Connections;
using McpProxy.Api.Errors;

namespace McpProxy.Tests.Connections.Backends;

/// <summary>How replicas over one Redis hear of each other's changes.</summary>
public sealed class RedisWatchTests : IAsyncDisposable
{
    private const string Channel = StoredConnections.Prefix + "changes";

    private readonly StartedBackends _backends = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Fact]
    public async Task Announces_every_change_of_its_own()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        await using var subscriber = await RespConnection.OpenAsync(server.Port, CancellationToken);
        await subscriber.SendAsync(["SUBSCRIBE", Channel], CancellationToken);

        await backend.AddAsync();
        var added = await subscriber.ReceiveAsync(CancellationToken);
        await backend.RemoveAsync("weather", CancellationToken);
        var removed = await subscriber.ReceiveAsync(CancellationToken);

        var version = Assert.IsType<string>(await server.ExecuteAsync("GET", StoredConnections.Prefix + "version"));
        Assert.Equal(["message", Channel, version], Assert.IsType<object?[]>(removed));
        Assert.NotEqual(added, removed);
    }

    [Fact]
    public async Task Looks_as_soon_as_another_announces_a_change()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        await Wait.UntilAsync(async () => await server.ExecuteAsync("PUBLISH", Channel, "1") is 1L);

        // The stored version stays the same, so comparing versions would not find the change.
        await server.WriteAsync("foreign", "http://foreign");
        await server.ExecuteAsync("PUBLISH", Channel, "2");

        await Wait.UntilAsync(async () => await backend.NamesAsync() is ["foreign"]);
    }

    [Fact]
    public async Task Sees_changes_again_after_its_connections_were_cut()
    {
        var server = await _backends.ServerAsync();
        var (one, two) = (await _backends.RedisAsync(server), await _backends.RedisAsync(server));

        await server.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await server.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

        // On a busy machine the library has taken more than twenty seconds to connect again.
        await Wait.UntilAsync(() => IsAddedAsync(one), TimeSpan.FromMinutes(1));

        await Wait.UntilAsync(async () => await two.NamesAsync() is ["weather"]);
    }

    [Theory]
    [InlineData("resetchannels")]
    [InlineData("-subscribe")]
    public async Task Sees_the_changes_of_others_without_the_right_to_subscribe_and_does_not_complain(string rights)
    {
        var server = await _backends.ServerAsync();
        await server.ExecuteAsync("ACL", "SETUSER", "reader", "on", ">secret", "~*", "&*", "+@all", rights);
        var log = new LogLines();
        var other = await _backends.RedisAsync(server);
        var reader = await _backends.RedisAsync(server, log: log, settings: $"--ConnectionStrings:redis={server.Address},user=reader,password=secret");

        await reader.AddAsync("own");
        await Wait.UntilAsync(async () => await other.NamesAsync() is ["own"]);

        // Two changes need two looks, and each look tries to subscribe again.
        foreach (var name in new[] { "first", "second" })
        {
            await other.AddAsync(name);
            await Wait.UntilAsync(async () => (await reader.NamesAsync()).Contains(name));
        }

        Assert.Matches("cmdstat_subscribe:.*rejected_calls=[1-9]", (string)(await server.ExecuteAsync("INFO", "commandstats"))!);
        await reader.HealthyAsync();
        Assert.Distinct(log.Containing(""));
    }

    private static async Task<bool> IsAddedAsync(IConnectionBackend backend)
    {
        try
        {
            return (await backend.AddAsync()).Server.Name is "weather";
        }
        catch (ProxyException)
        {
            return false;
        }
    }
}
