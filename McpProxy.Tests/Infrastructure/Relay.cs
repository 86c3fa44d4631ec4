using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpProxy.Tests.Infrastructure;

/// <summary>Stands in front of an agent server: keeps what was asked, and may change what is answered.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly WebApplication _app;
    private readonly Uri _target;
    private readonly Func<string, string> _rewrite;

    private Relay(Uri target, Func<string, string> rewrite)
    {
        (_target, _rewrite) = (target, rewrite);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(PassOnAsync);
    }

    public string Url => _app.Urls.First();

    /// <summary>What was asked since the last look, as <c>POST path</c>.</summary>
    public IReadOnlyList<string> TakeRequests()
    {
        var taken = new List<string>();
        while (_requests.TryDequeue(out var request))
        {
            taken.Add(request);
        }

        return taken;
    }

    public static async Task<Relay> StartAsync(Uri target, Func<string, string> rewrite, CancellationToken cancellationToken)
    {
        var relay = new Relay(target, rewrite);
        await relay._app.StartAsync(cancellationToken);

        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassOnAsync(HttpContext context)
    {
        var path = context.Request.Path + context.Request.QueryString;
        _requests.Enqueue($"{context.Request.Method} {path}");
        using var request = new HttpRequestMessage(new(context.Request.Method), new Uri(_target, path));
        if (HttpMethods.IsPost(context.Request.Method))
        {
            request.Content = new StreamContent(context.Request.Body) { Headers = { ContentType = new("application/json") } };
        }

        using var response = await _http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        foreach (var (name, values) in response.Headers.Where(header => header.Key.StartsWith("x-", StringComparison.OrdinalIgnoreCase)))
        {
            context.Response.Headers.Append(name, values.ToArray());
        }

        await context.Response.WriteAsync(_rewrite(await response.Content.ReadAsStringAsync(context.RequestAborted)), context.RequestAborted);
    }
}
