using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using McpProxy.SampleAgentServer;
using Microsoft.AspNetCore.Mvc.Testing;

namespace McpProxy.Tests.SampleAgentServer;

/// <summary>The sample agent server on a Kestrel of its own.</summary>
public sealed class SampleAgentServerFixture : IAsyncLifetime
{
    private readonly WebApplicationFactory<SampleAgents> _server = new WebApplicationFactory<SampleAgents>()
        .WithWebHostBuilder(host => host.UseSetting("Logging:LogLevel:Default", "None"));

    public HttpClient Client { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        _server.UseKestrel(0);
        _server.StartServer();
        // Without it a client that leaves a stream goes on reading for two seconds, to spare the connection.
        Client = new(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = _server.ClientOptions.BaseAddress };

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json, CancellationToken cancellationToken)
        => Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), cancellationToken);

    /// <summary>The events of a stream; the connection is closed when the reader stops early.</summary>
    public async IAsyncEnumerable<SseItem<string>> StreamAsync(string path, string json, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            yield return item;
        }
    }
}
