using McpProxy.Api.Connections;
using McpProxy.Api.Errors;

namespace McpProxy.Testing.Connections;

/// <summary>What tests do with a backend.</summary>
internal static class BackendCalls
{
    public static Task<(AgentServer Server, bool Added)> AddAsync(this IConnectionBackend backend, string name = "weather", string? url = null)
    {
        Assert.Null(ServerUrl.Check(url ?? $"http://{name}:4111", out var parsed));

        return backend.AddAsync(name, parsed!, "mastra", null, TestContext.Current.CancellationToken);
    }

    /// <summary>Adds a server that must be refused, and gets what is said about it.</summary>
    public static async Task<string> RefusalAsync(this IConnectionBackend backend, string name = "weather")
        => (await Assert.ThrowsAsync<ProxyException>(() => backend.AddAsync(name))).Message;

    public static async Task<IReadOnlyList<string>> NamesAsync(this IConnectionBackend backend)
        => [.. (await backend.GetAllAsync(TestContext.Current.CancellationToken)).Select(server => server.Name)];

    public static Task HealthyAsync(this IConnectionBackend backend) => Wait.UntilAsync(() => backend.State.Health is HealthStatus.Healthy);
}
