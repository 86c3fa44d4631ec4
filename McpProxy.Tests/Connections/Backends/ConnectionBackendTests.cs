using McpProxy.Api.Connections;
using McpProxy.Api.Connections.Backends;
using McpProxy.Api.Errors;

namespace McpProxy.Tests.Connections.Backends;

/// <summary>What every connection backend promises. A new backend derives from this and is done.</summary>
public abstract class ConnectionBackendTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>A backend with two static servers, <c>server0</c> and <c>server1</c>, and room for ten connections.</summary>
    private protected abstract Task<IConnectionBackend> CreateAsync(ConnectionOptions options);

    [Fact]
    public async Task Remembers_what_was_connected_ordered_by_name()
    {
        var backend = await CreateAsync();

        var (travel, added) = await backend.AddAsync("travel", Url("http://travel:2024"), "langgraph", null, CancellationToken);
        await backend.AddAsync("cooking", Url("http://cooking:4111"), null, null, CancellationToken);

        Assert.True(added);
        Assert.Equal(new AgentServer("travel", Url("http://travel:2024"), "langgraph"), travel);
        Assert.Equal([new AgentServer("cooking", Url("http://cooking:4111")), travel], await backend.GetAllAsync(CancellationToken));
    }

    [Fact]
    public async Task Remembers_for_which_agents_a_server_is_there()
    {
        var backend = await CreateAsync();

        var (some, _) = await backend.AddAsync("some", Url("http://host"), "mastra", ["echo", "weather"], CancellationToken);

        Assert.Equal(["echo", "weather"], some.Agents);
        Assert.Equal(["echo", "weather"], Assert.Single(await backend.RefreshAsync(CancellationToken)).Agents);
    }

    [Fact]
    public async Task Gives_a_url_that_is_connected_its_name_even_when_another_is_asked_for()
    {
        var backend = await CreateAsync();
        var (first, _) = await backend.AddAsync("first", Url("http://host/team-a"), "mastra", null, CancellationToken);

        var again = await backend.AddAsync("second", Url("HTTP://HOST:80/team-a/"), "mastra", null, CancellationToken);

        Assert.Equal((first, false), again);
        Assert.Equal([first], await backend.GetAllAsync(CancellationToken));
    }

    [Theory]
    [InlineData("taken")]
    [InlineData("server0")]
    public async Task Refuses_a_name_that_another_server_has(string name)
    {
        var backend = await CreateAsync();
        await backend.AddAsync("taken", Url("http://one"), null, null, CancellationToken);

        await Assert.ThrowsAsync<ProxyException>(() => backend.AddAsync(name, Url("http://two"), null, null, CancellationToken));

        Assert.Single(await backend.GetAllAsync(CancellationToken));
    }

    [Fact]
    public async Task Takes_the_first_free_number_from_the_number_of_servers_upward()
    {
        var backend = await CreateAsync();
        await backend.AddAsync("server4", Url("http://four"), null, null, CancellationToken);

        var (third, _) = await backend.AddAsync(null, Url("http://a"), null, null, CancellationToken);
        var (fifth, _) = await backend.AddAsync(null, Url("http://b"), null, null, CancellationToken);

        Assert.Equal(("server3", "server5"), (third.Name, fifth.Name));
    }

    [Fact]
    public async Task Forgets_a_server_once_and_its_name_and_url_are_free_again()
    {
        var backend = await CreateAsync();
        await backend.AddAsync("weather", Url("http://weather"), null, null, CancellationToken);

        Assert.True(await backend.RemoveAsync("weather", CancellationToken));
        Assert.False(await backend.RemoveAsync("weather", CancellationToken));
        Assert.Empty(await backend.GetAllAsync(CancellationToken));
        Assert.True((await backend.AddAsync("other", Url("http://weather"), null, null, CancellationToken)).Added);
        Assert.True((await backend.AddAsync("weather", Url("http://other"), null, null, CancellationToken)).Added);
    }

    [Fact]
    public async Task Refuses_more_servers_than_MCP_MAX_CONNECTIONS_allows()
    {
        var backend = await CreateAsync();
        for (var i = 0; i < 10; i++)
        {
            await backend.AddAsync(null, Url($"http://host/{i}"), null, null, CancellationToken);
        }

        var refusal = await Assert.ThrowsAsync<ProxyException>(() => backend.AddAsync(null, Url("http://host/11"), null, null, CancellationToken));

        Assert.Contains("MCP_MAX_CONNECTIONS", refusal.Message, StringComparison.Ordinal);
        Assert.False((await backend.AddAsync(null, Url("http://host/3"), null, null, CancellationToken)).Added);
    }

    [Fact]
    public async Task Is_healthy_and_up_to_date_when_nothing_is_wrong()
    {
        var backend = await CreateAsync();
        var (server, _) = await backend.AddAsync("weather", Url("http://weather"), "mastra", null, CancellationToken);

        Assert.Equal([server], await backend.RefreshAsync(CancellationToken));
        Assert.Equal([server], await backend.GetAllAsync(CancellationToken));
        Assert.Equal((HealthStatus.Healthy, null), (backend.State.Health, backend.State.Problem));
    }

    [Fact]
    public async Task Lets_one_of_many_at_once_take_a_name_and_gives_each_url_one_name()
    {
        var backend = await CreateAsync();

        var outcomes = await AtOnceAsync(i => backend.AddAsync("name", Url($"http://host/{i}"), null, null, CancellationToken));
        var sameUrl = await AtOnceAsync(i => backend.AddAsync(null, Url("http://shared"), null, null, CancellationToken));

        Assert.Single(outcomes, outcome => outcome is not null);
        Assert.Single(sameUrl.Select(outcome => outcome!.Value.Server.Name).Distinct());
        Assert.Single(sameUrl, outcome => outcome!.Value.Added);
    }

    /// <summary>Lets all callers begin at the same moment.</summary>
    private static async Task<(AgentServer Server, bool Added)?[]> AtOnceAsync(Func<int, Task<(AgentServer Server, bool Added)>> add)
    {
        using var start = new Barrier(participantCount: 8);

        return await Task.WhenAll(Enumerable.Range(0, start.ParticipantCount).Select(i => Task.Factory.StartNew(
            async () =>
            {
                start.SignalAndWait(CancellationToken);
                try
                {
                    return await add(i);
                }
                catch (ProxyException)
                {
                    return ((AgentServer, bool)?)null;
                }
            },
            CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
    }

    private Task<IConnectionBackend> CreateAsync()
    {
        var options = new ConnectionOptions { AgentServers = "http://static0 http://static1", MaxConnections = 10 };
        Assert.Empty(options.Validate(new(options)));

        return CreateAsync(options);
    }

    private static ServerUrl Url(string text)
    {
        Assert.Null(ServerUrl.Check(text, out var url));

        return url!;
    }
}

public sealed class LocalConnectionBackendTests : ConnectionBackendTests
{
    private protected override Task<IConnectionBackend> CreateAsync(ConnectionOptions options)
        => Task.FromResult<IConnectionBackend>(new LocalConnectionBackend(options));
}
