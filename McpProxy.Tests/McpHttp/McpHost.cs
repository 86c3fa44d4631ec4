using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace McpProxy.Tests.McpHttp;

/// <summary>A real server with nothing in it but MCP over HTTP and a few tools.</summary>
internal sealed class McpHost : IAsyncDisposable
{
    /// <summary>How long a test waits, in milliseconds, for a stream that should say something or end.</summary>
    public const int Patience = 60_000;

    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private McpHost(WebApplication app)
    {
        _app = app;
        Url = new Uri(app.Urls.Single() + "/mcp");
        _http = new HttpClient { BaseAddress = Url };
    }

    public Uri Url { get; }

    public ToolLog Log => _app.Services.GetRequiredService<ToolLog>();

    /// <summary>What the server offers: whoever changes it, clients have to hear of it.</summary>
    public McpServerPrimitiveCollection<McpServerTool> Tools => _app.Services.GetRequiredService<IOptions<McpServerOptions>>().Value.ToolCollection!;

    public static async Task<McpHost> StartAsync(
        Action<HttpServerTransportOptions> configure, Action<IMcpServerBuilder>? addTools = null, Action<WebApplication>? addMiddleware = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<ToolLog>();
        var server = builder.Services.AddMcpServer().WithHttpTransport(configure).WithTools<FixtureTools>();
        addTools?.Invoke(server);

        var app = builder.Build();
        app.Use(LogGoneClientsAsync);
        addMiddleware?.Invoke(app);
        app.MapMcp("/mcp");
        await app.StartAsync(TestContext.Current.CancellationToken);

        return new(app);
    }

    public static Task<McpHost> StartAsync(HttpServerSessionMode mode) => StartAsync(options => options.SessionMode = mode);

    /// <returns>The answer, which may be a stream, as soon as its headers are there.</returns>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => SendAndLeaveAsync(request, TestContext.Current.CancellationToken);

    /// <summary>Sends a request from a client that closes the connection when it is cancelled.</summary>
    public async Task<HttpResponseMessage> SendAndLeaveAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
    }

    /// <returns>The id of a new session.</returns>
    public async Task<string> InitializeAsync()
    {
        using var response = await SendAsync(McpRequest.Initialize());
        using var initialized = await SendAsync(McpRequest.Legacy("notifications/initialized", new { }, session: response.Headers.GetValues("Mcp-Session-Id").Single()));

        return response.Headers.GetValues("Mcp-Session-Id").Single();
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>"client gone" is logged when a request has ended whose client did not wait for that.</summary>
    private static async Task LogGoneClientsAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.RequestServices.GetRequiredService<ToolLog>().Add("client gone");
        }
    }
}
