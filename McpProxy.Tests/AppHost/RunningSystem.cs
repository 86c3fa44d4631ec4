using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.AppHost;

/// <summary>One running AppHost with its dashboard, an MCP client of the proxy, and one call that left a trace.</summary>
public sealed class RunningSystem : IAsyncLifetime
{
    private DistributedApplication _app = null!;

    public McpClient Client { get; private set; } = null!;

    /// <summary>Logs in whoever opens it.</summary>
    public Uri LoginUrl { get; private set; } = null!;

    public Uri ProxyUrl => _app.GetEndpoint("proxy", "http");

    /// <summary>The sample agent server.</summary>
    public Uri AgentsUrl => _app.GetEndpoint("agents", "http");

    /// <summary>The spans of the call.</summary>
    public IReadOnlyList<Span> WeatherTrace { get; private set; } = [];

    public ResourceCommandService Commands => _app.Services.GetRequiredService<ResourceCommandService>();

    public async ValueTask InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.McpProxy_AppHost>(
            new DistributedApplicationTestingBuilderOptions { EnableDashboard = true },
            // As from a launch profile, so that the proxy's page links to traces; in tests the dashboard has another port nevertheless.
            ["--ASPNETCORE_URLS=http://localhost:15000"],
            TestContext.Current.CancellationToken);
        // A server that is down keeps its reason, however often it is looked at.
        builder.CreateResourceBuilder<ProjectResource>("proxy").WithEnvironment("MCP_CIRCUIT_FAILURES", "10000");
        _app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        await _app.ResourceNotifications
            .WaitForResourceHealthyAsync("proxy", TestContext.Current.CancellationToken)
            .WaitAsync(AppHostProcess.Patience, TestContext.Current.CancellationToken);
        LoginUrl = await _app
            .GetDashboardUrlAsync(TestContext.Current.CancellationToken)
            .WaitAsync(AppHostProcess.Patience, TestContext.Current.CancellationToken);
        Client = await Proxy.CreateClientAsync(new(ProxyUrl, "/mcp"));
        await Client.AskAsync("server0:weatherAgent", "How is the weather in Paris?");
        WeatherTrace = await WeatherTraceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // When the start failed, there is nothing to dispose of, and an exception here would hide the reason.
        await (Client?.DisposeAsync() ?? default);
        await (_app?.DisposeAsync() ?? default);
    }

    /// <returns>The spans of the call, once all are there.</returns>
    private async Task<List<Span>> WeatherTraceAsync()
    {
        using var dashboard = new HttpClient { BaseAddress = new(LoginUrl, "/") };
        var token = LoginUrl.Query.Split('=')[1];
        var login = await dashboard.PostAsJsonAsync("/api/telemetry/validateToken", new { token }, TestContext.Current.CancellationToken);
        var key = (await login.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).Get("apiKey").GetString();
        dashboard.DefaultRequestHeaders.Add("X-API-Key", key);

        List<Span> found = [];
        await Wait.UntilAsync(
            async () =>
            {
                var spans = SpansOf(await dashboard.GetFromJsonAsync<JsonElement>("/api/telemetry/traces", TestContext.Current.CancellationToken)).ToList();
                var call = spans.FirstOrDefault(span => span.Name is "invoke_agent weatherAgent");
                found = [.. spans.Where(span => span.Trace == call?.Trace)];

                return found.Exists(span => span.Name is "tools/call callAgent")
                    && found.Exists(span => span.Name.EndsWith("/generate", StringComparison.Ordinal));
            },
            AppHostProcess.Patience);

        return found;
    }

    /// <returns>Whatever has a span id, however deep.</returns>
    private static IEnumerable<Span> SpansOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(SpansOf),
        JsonValueKind.Object when element.TryGetProperty("spanId", out var id) && element.TryGetProperty("name", out var name) =>
            [
                new(
                    element.GetProperty("traceId").GetString()!,
                    id.GetString()!,
                    element.TryGetProperty("parentSpanId", out var parent) ? parent.GetString() : null,
                    name.GetString()!),
            ],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => SpansOf(property.Value)),
        _ => [],
    };

    public sealed record Span(string Trace, string Id, string? Parent, string Name);
}
