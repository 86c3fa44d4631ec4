using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using McpProxy.SampleAgentServer;
using Microsoft.AspNetCore.Builder;

namespace McpProxy.Testing.AgentServers;

/// <summary>The sample agent server on a Kestrel of its own.</summary>
public sealed class SampleAgentServerFixture : IAsyncLifetime
{
    private readonly WebApplication _server = SampleApp.Build(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);

    // Without it a client that leaves a stream goes on reading for two seconds, to spare the connection.
    public HttpClient Client { get; } = new(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero });

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync(TestContext.Current.CancellationToken);
        Client.BaseAddress = new(_server.Urls.Single());
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
