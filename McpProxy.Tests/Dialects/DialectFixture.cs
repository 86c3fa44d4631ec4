using McpProxy.SampleAgentServer;
using McpProxy.Tests.Outbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Dialects;

/// <summary>The sample agent server as <c>agents</c>, the hostile one as <c>hostile</c>, each in one dialect and behind a proxy of its own.</summary>
public sealed class DialectFixture : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _started = new();

    /// <summary>Calls the sample agents.</summary>
    public McpClient Client { get; private set; } = null!;

    /// <summary>Calls the hostile agents, through a proxy that waits for little.</summary>
    public McpClient HostileClient { get; private set; } = null!;

    public Proxy HostileProxy { get; private set; } = null!;

    /// <summary>In front of the sample agents.</summary>
    public Proxy Proxy { get; private set; } = null!;

    /// <summary>Where the sample agents are.</summary>
    public string AgentsUrl { get; private set; } = null!;

    internal HostileAgentServer Hostile { get; private set; } = null!;

    /// <summary>What the sample agent server logs.</summary>
    internal LogRecorder Log { get; } = new();

    /// <param name="serverType">The dialect: the sample agent server speaks it below a path of this name.</param>
    /// <param name="hostile">How the hostile agent server speaks it.</param>
    public async Task StartAsync(string serverType, HostileDialect hostile)
    {
        if (Client is not null)
        {
            return;
        }

        var agents = SampleApp.Build(["--urls=http://127.0.0.1:0", "--Logging:Console:LogLevel:Default=None"]);
        _started.Push(agents);
        agents.Services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
        await agents.StartAsync(TestContext.Current.CancellationToken);
        Hostile = Started(await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken, hostile));
        HostileProxy = Started(await HostileServerFixture.StartAsync(
            $"hostile={serverType}+{Hostile.Url(hostile.Route)}", Named("hostile", HostileBehaviours.All.Keys)));
        HostileClient = Started(await HostileProxy.CreateClientAsync());
        AgentsUrl = $"{agents.Urls.Single()}/{serverType}";
        Proxy = Started(await Proxy.StartAsync(
            [$"AGENT_SERVERS=agents={serverType}+{AgentsUrl}", .. Named("agents", SampleAgents.All.Select(agent => agent.Id))]));
        Client = Started(await Proxy.CreateClientAsync());

        // Where servers list no agents, the connection says which there are.
        string[] Named(string server, IEnumerable<string> ids) => hostile.Lists ? [] : [$"AGENT_SERVER_AGENTS:{server}={string.Join(' ', ids)}"];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var started in _started)
        {
            await started.DisposeAsync();
        }
    }

    private T Started<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Push(started);

        return started;
    }
}
