using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;

namespace McpProxy.Tests.McpHttp;

/// <summary>A real server with nothing in it but MCP over HTTP and a few tools.</summary>
internal sealed class McpHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private McpHost(WebApplication app)
    {
        _app = app;
        Url = new Uri(app.Urls.Single() + "/mcp");
        Http = new HttpClient { BaseAddress = Url };
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<McpHost> StartAsync(
        Action<HttpServerTransportOptions> configure, Action<IMcpServerBuilder>? addTools = null, Action<WebApplication>? addMiddleware = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddSingleton<ToolLog>();
        var server = builder.Services.AddMcpServer().WithHttpTransport(configure).WithTools<FixtureTools>();
        addTools?.Invoke(server);

        var app = builder.Build();
        addMiddleware?.Invoke(app);
        app.MapMcp("/mcp");
        await app.StartAsync(TestContext.Current.CancellationToken);

        return new(app);
    }

    public static Task<McpHost> StartAsync(HttpServerSessionMode mode) => StartAsync(options => options.SessionMode = mode);

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
