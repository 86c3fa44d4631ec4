using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Testing.Network;

/// <summary>Stands in front of an agent server: keeps what was asked, and may change what is answered, or cut it off.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly WebApplication _app = LocalServer.Build();
    private readonly Uri _target;
    private readonly Func<HttpContext, Stream, Task> _passOn;

    private Relay(Uri target, Func<HttpContext, Stream, Task> passOn)
    {
        (_target, _passOn) = (target, passOn);
        _app.Run(PassOnAsync);
    }

    public string Url => _app.Urls.First();

    /// <summary>Whether every connection is cut off before anything is passed on.</summary>
    public bool IsDown { get; set; }

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

    public static Task<Relay> StartAsync(Uri target, Func<string, string> rewrite, CancellationToken cancellationToken)
        => StartAsync(
            target,
            async (context, body) => await context.Response.WriteAsync(
                rewrite(await new StreamReader(body).ReadToEndAsync(context.RequestAborted)), context.RequestAborted),
            cancellationToken);

    /// <param name="target">The agent server.</param>
    /// <param name="passOn">Passes on the body of an answer.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<Relay> StartAsync(Uri target, Func<HttpContext, Stream, Task> passOn, CancellationToken cancellationToken)
    {
        var relay = new Relay(target, passOn);
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
        if (IsDown)
        {
            context.Abort();

            return;
        }

        using var request = new HttpRequestMessage(new(context.Request.Method), new Uri(_target, path));
        if (HttpMethods.IsPost(context.Request.Method))
        {
            request.Content = new StreamContent(context.Request.Body) { Headers = { ContentType = new("application/json") } };
        }

        request.Headers.Add("Last-Event-ID", context.Request.Headers["Last-Event-ID"].AsEnumerable());
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.Headers.ContentLocation = response.Content.Headers.ContentLocation?.ToString();
        foreach (var (name, values) in response.Headers.Where(header => header.Key.StartsWith("x-", StringComparison.OrdinalIgnoreCase)))
        {
            context.Response.Headers.Append(name, values.ToArray());
        }

        await _passOn(context, await response.Content.ReadAsStreamAsync(context.RequestAborted));
    }
}
