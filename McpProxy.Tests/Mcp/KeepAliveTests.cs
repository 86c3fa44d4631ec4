using System.Net.Http.Headers;
using System.Text;
using McpProxy.Api.Mcp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace McpProxy.Tests.Mcp;

/// <summary>Keeps a connection from being cut as idle while an agent thinks.</summary>
public sealed class KeepAliveTests
{
    private const int Patience = 60_000;
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();

    [Theory(Timeout = Patience)]
    [InlineData("2025-11-25", false)]
    [InlineData("2025-11-25", true)]
    [InlineData(McpRequest.Modern, false)]
    [InlineData(McpRequest.Modern, true)]
    public async Task Fills_the_silence_of_a_call_and_lets_its_answer_through(string revision, bool hasSessions)
    {
        await using var agents = await GatedAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await StartAsync($"AGENT_SERVERS={agents.MastraUrl}", $"MCP_SESSIONS={hasSessions}");
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };
        var call = SendAsync(http, McpRequest.CallAgent(revision, GatedAgentServer.Agent, await InitializeAsync(http)));
        await Wait.UntilAsync(() => agents.Calls is 1);

        _time.Advance(_silence);

        using var response = await call;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal(new MediaTypeHeaderValue("text/event-stream"), response.Content.Headers.ContentType);
        Assert.Equal(": keepalive", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        agents.LetOneGoOn();
        Assert.Contains(GatedAgentServer.Answer, await lines.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task Fills_the_silence_of_the_stream_that_a_session_listens_to()
    {
        await using var proxy = await StartAsync("MCP_SESSIONS=true");
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };
        using var response = await SendAsync(http, new(HttpMethod.Get, "")
        {
            Headers = { { "Accept", "text/event-stream" }, { McpRequest.SessionId, await InitializeAsync(http) } },
        });
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        _time.Advance(_silence);

        Assert.Equal(": keepalive", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Theory(Timeout = Patience)]
    [InlineData("text/event-stream", "data: a\ndata: b\n\n: keepalive\n\ndata: c\n\n")]
    [InlineData("application/json", "data: a\ndata: b\n\ndata: c\n\n")]
    public async Task Writes_nothing_into_an_event_or_into_an_answer_that_is_no_stream(string type, string expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(_time);
        await using var app = builder.Build();
        app.UseKeepAlive();
        app.Run(async context =>
        {
            context.Response.ContentType = type;
            await WriteAsync(context, "data: a\n");
            _time.Advance(_silence);
            await WriteAsync(context, "data: b\n\n");
            _time.Advance(_silence);
            await WriteAsync(context, "data: c\n\n");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new(app.Urls.Single()) };

        Assert.Equal(expected, await http.GetStringAsync(new Uri("/mcp", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    private Task<Proxy> StartAsync(params string[] settings) => Proxy.StartAsync(services => services.AddSingleton<TimeProvider>(_time), settings);

    private static async Task WriteAsync(HttpContext context, string text)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static async Task<string> InitializeAsync(HttpClient http)
    {
        using var response = await SendAsync(http, McpRequest.Initialize());

        return Assert.Single(response.Headers.GetValues(McpRequest.SessionId));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpRequestMessage request)
    {
        using (request)
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        }
    }
}
