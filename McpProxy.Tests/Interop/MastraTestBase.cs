using System.Text.Json;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Interop;

/// <summary>Puts a proxy in front of a real Mastra server, and an MCP client in front of the proxy.</summary>
public abstract class MastraTestBase(RealAgentServers servers) : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _started = new();

    public async ValueTask DisposeAsync()
    {
        foreach (var started in _started)
        {
            await started.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected static object Call(
        string agent, string interactionType, string text, string? threadId = null, string? resourceId = null, object? agentOptions = null) => new
        {
            targetAgentId = $"server0:{agent}",
            interactionType,
            messages = new[] { new { role = "user", content = text } },
            threadId,
            resourceId,
            agentOptions,
        };

    protected static void AssertUsage(int input, int output, JsonElement fields)
    {
        Assert.Equal(input, fields.Get("usage", "inputTokens").GetInt32());
        Assert.Equal(output, fields.Get("usage", "outputTokens").GetInt32());
        Assert.Equal(input + output, fields.Get("usage", "totalTokens").GetInt32());
    }

    protected Task<RealAgentServer> StartAsync(RealServer kind) => servers.GetAsync(kind, TestContext.Current.CancellationToken);

    private protected async Task<Relay> RelayAsync(RealServer kind, Func<string, string>? rewrite = null)
        => await Relay.StartAsync((await StartAsync(kind)).Url, rewrite ?? (body => body), TestContext.Current.CancellationToken);

    /// <summary>The requests since the last look, without those that only find out the type of the server.</summary>
    private protected static IEnumerable<string> TakeRequests(Relay relay)
        => relay.TakeRequests().Where(request => request.Contains(" /api/", StringComparison.Ordinal));

    protected async Task<McpClient> ConnectAsync(RealServer kind, params string[] settings)
        => await ConnectAsync((await StartAsync(kind)).Url.ToString(), settings);

    protected async Task<McpClient> ConnectAsync(string url, params string[] settings)
    {
        var proxy = await Proxy.StartAsync([$"AGENT_SERVERS={url}", .. settings]);
        _started.Push(proxy);
        var client = await proxy.CreateClientAsync();
        _started.Push(client);

        return client;
    }
}
