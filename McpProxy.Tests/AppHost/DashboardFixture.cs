using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.AppHost;

/// <summary>One running AppHost with its dashboard, an MCP client of the proxy, and one call that left a trace.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    private DistributedApplication _app = null!;

    public McpClient Client { get; private set; } = null!;

    /// <summary>Logs in whoever opens it.</summary>
    public Uri LoginUrl { get; private set; } = null!;

    public Uri ProxyUrl => _app.GetEndpoint("proxy", "http");

    public ResourceCommandService Commands => _app.Services.GetRequiredService<ResourceCommandService>();

    public async ValueTask InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.McpProxy_AppHost>(
            new DistributedApplicationTestingBuilderOptions { EnableDashboard = true }, [], TestContext.Current.CancellationToken);
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
    }

    public async ValueTask DisposeAsync()
    {
        // When the start failed, there is nothing to dispose of, and an exception here would hide the reason.
        await (Client?.DisposeAsync() ?? default);
        await (_app?.DisposeAsync() ?? default);
    }
}
