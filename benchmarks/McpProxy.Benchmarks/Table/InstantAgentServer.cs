using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.Benchmarks.Table;

/// <summary>
/// Mastra servers that answer at once what a real one of 1.x answered: <c>/s0</c>, <c>/s1</c> and so on at one port, each with five agents of its own.
/// </summary>
internal sealed class InstantAgentServer : IAsyncDisposable
{
    /// <summary>What every agent says.</summary>
    public const string Answer = "echo: hi there";

    private const int AgentsPerServer = 5;

    private readonly WebApplication _app;
    private readonly Dictionary<string, byte[]> _lists;
    private long _requests;

    private InstantAgentServer(int port, int servers)
    {
        _lists = Enumerable.Range(0, servers).ToDictionary(server => $"/s{server}/api/agents", List);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Url => new(_app.Urls.First());

    /// <summary>How many requests came.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    public static async Task<InstantAgentServer> StartAsync(int port, int servers)
    {
        var server = new InstantAgentServer(port, servers);
        await server._app.StartAsync();

        return server;
    }

    /// <summary>What is sent for that.</summary>
    public static ReadOnlyMemory<byte> Reply { get; } = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Table", "answer.json"));

    /// <returns>The id of an agent, which no other server has.</returns>
    public static string AgentId(int server, int agent = 0) => $"agent-{server}-{agent}";

    /// <returns>The base URLs of the first of them.</returns>
    public IEnumerable<Uri> ServerUrls(int count) => Enumerable.Range(0, count).Select(server => new Uri(Url, $"/s{server}"));

    /// <summary>Calls the first agent as the proxy does.</summary>
    public Call CallDirectly() => Call.Post(
        new(Url, $"/s0/api/agents/{AgentId(0)}/generate"), "", """{"messages":[{"role":"user","content":"hi there"}]}""", Answer);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static byte[] List(int server) => System.Text.Encoding.UTF8.GetBytes(
        $"{{{string.Join(',', Enumerable.Range(0, AgentsPerServer).Select(agent => $$"""
            "{{AgentId(server, agent)}}":{"id":"{{AgentId(server, agent)}}","name":"Agent {{agent}} of {{server}}","description":"Repeats what it is told.",
            "instructions":"You repeat the last user message.","agents":{},"tools":{},"workflows":{},"skills":[],"inputProcessors":[],"outputProcessors":[],
            "provider":"fixture","modelId":"mock-echo","modelVersion":"v2","supportsMemory":true,"defaultOptions":{},"source":"code","hasDraft":false}
            """))}}}");

    private Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var path = context.Request.Path.Value!;
        if (path.EndsWith("/generate", StringComparison.Ordinal))
        {
            return WriteAsync(context, Reply);
        }

        if (_lists.TryGetValue(path, out var list))
        {
            return WriteAsync(context, list);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;

        return WriteAsync(context, """{"error":"Not found"}"""u8.ToArray());
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;

        await context.Response.BodyWriter.WriteAsync(json);
    }
}
