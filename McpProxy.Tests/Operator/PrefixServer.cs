using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Operator;

/// <summary>A reverse proxy that has another server below a path, of which that server knows nothing.</summary>
internal sealed class PrefixServer : IAsyncDisposable
{
    private const string Prefix = "/x";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ResponseDrainTimeout = TimeSpan.Zero });
    private readonly ConcurrentDictionary<HttpContext, bool> _open = new();
    private readonly WebApplication _app = LocalServer.Build();
    private readonly Uri _target;
    private volatile bool _isDown;

    private PrefixServer(Uri target)
    {
        _target = target;
        _app.Run(PassOnAsync);
    }

    /// <summary>Without the slash at its end, as people type it.</summary>
    public Uri Url => new($"{_app.Urls.First()}{Prefix}");

    public static async Task<PrefixServer> StartAsync(Uri target, CancellationToken cancellationToken)
    {
        var server = new PrefixServer(target);
        await server._app.StartAsync(cancellationToken);

        return server;
    }

    /// <summary>Cuts what is open off, and lets nothing more through.</summary>
    public void GoDown()
    {
        _isDown = true;
        foreach (var context in _open.Keys)
        {
            context.Abort();
        }
    }

    public void ComeBack() => _isDown = false;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassOnAsync(HttpContext context)
    {
        if (context.Request.Path == Prefix)
        {
            context.Response.Redirect($"{Prefix}/");
        }
        else if (!context.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal, out var path))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (_isDown)
        {
            context.Abort();
        }
        else
        {
            _open.TryAdd(context, true);
            try
            {
                await PassOnAsync(context, path + context.Request.QueryString);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // Whoever asked has gone, or was cut off.
            }
            finally
            {
                _open.TryRemove(context, out _);
            }
        }
    }

    private async Task PassOnAsync(HttpContext context, string path)
    {
        using var request = new HttpRequestMessage(new(context.Request.Method), new Uri(_target, path));
        if (HttpMethods.IsPost(context.Request.Method))
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => header.Key is not "Connection"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key is not "Transfer-Encoding"))
        {
            context.Response.Headers.Append(name, values.ToArray());
        }

        await context.Response.StartAsync(context.RequestAborted);
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
