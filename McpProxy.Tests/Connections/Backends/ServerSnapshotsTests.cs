using McpProxy.Api.Connections;
using McpProxy.Api.Connections.Backends;

namespace McpProxy.Tests.Connections.Backends;

public sealed class ServerSnapshotsTests
{
    private readonly ServerSnapshots _snapshots = new();

    [Fact]
    public void Own_writes_outlive_a_reading_that_began_before_them()
    {
        _snapshots.Apply("before", Server("before"));
        _snapshots.BeginLoad();
        _snapshots.Apply("written", Server("written"));
        _snapshots.Apply("removed", null);
        _snapshots.CompleteLoad(ServerSnapshot.Empty with { Servers = [Server("removed"), Server("stored")], Version = "7" });

        Assert.Equal(["stored", "written"], _snapshots.Current.Servers.Select(server => server.Name));
        Assert.Null(_snapshots.Current.Version);
    }

    [Fact]
    public void A_reading_that_began_after_them_counts()
    {
        _snapshots.Apply("before", Server("before"));
        _snapshots.BeginLoad();
        _snapshots.CompleteLoad(ServerSnapshot.Empty with { Version = "7" });

        Assert.Empty(_snapshots.Current.Servers);
        Assert.Equal("7", _snapshots.Current.Version);
    }

    private static AgentServer Server(string name)
    {
        Assert.Null(ServerUrl.Check($"http://{name}", out var url));

        return new(name, url!);
    }
}
