namespace McpProxy.Testing.Proxies;

/// <summary>The proxy in front of the sample agent server, which is there twice: <c>server0</c> speaks Mastra's dialect, <c>server1</c> LangGraph's.</summary>
public sealed class ProxyFixture : IAsyncLifetime
{
    private readonly SampleAgentServerFixture _agents = new();

    public Proxy Proxy { get; private set; } = null!;

    public string MastraUrl => new Uri(_agents.Client.BaseAddress!, "mastra").ToString();

    public string LangGraphUrl => new Uri(_agents.Client.BaseAddress!, "langgraph").ToString();

    public async ValueTask InitializeAsync()
    {
        await _agents.InitializeAsync();
        Proxy = await Proxy.StartAsync($"AGENT_SERVERS={MastraUrl} {LangGraphUrl}");
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await _agents.DisposeAsync();
    }
}
