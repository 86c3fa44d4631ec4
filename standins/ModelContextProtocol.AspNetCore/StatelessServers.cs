using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>Serves requests that have no session: one server for each protocol version, because a server speaks one.</summary>
internal sealed class StatelessServers(
    IOptions<McpServerOptions> options,
    IOptionsFactory<McpServerOptions> optionsFactory,
    IServiceProvider services,
    IHostApplicationLifetime lifetime) : IAsyncDisposable
{
    private const string SetLogLevel = "logging/setLevel";
    private readonly ConcurrentDictionary<string, Lazy<StatelessServer>> _servers = new();

    public async Task AnswerAsync(HttpContext context, JsonRpcRequest request)
    {
        var version = request.Context!.ProtocolVersion ?? "";
        if (request.Method == SetLogLevel && !ProtocolRevisions.IsModern(version))
        {
            // The level would be everybody's, and nothing lasts for the client that set it.
            McpJson.WriteBody(context.Response, new JsonRpcResponse { Id = request.Id, Result = new JsonObject() });
            return;
        }

        // Handshakes leave their mark on a server, so they have one of their own.
        var isHandshake = request.Method == RequestMethods.Initialize && !ProtocolRevisions.IsModern(version);
        var server = _servers.GetOrAdd(isHandshake ? RequestMethods.Initialize : version, _ => new(() => Create(isHandshake)));
        await server.Value.AnswerAsync(context, request);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            await server.Value.DisposeAsync();
        }
    }

    private StatelessServer Create(bool isForHandshakes)
    {
        var serverOptions = options.Value;
        if (isForHandshakes)
        {
            serverOptions = optionsFactory.Create(Options.DefaultName);
            serverOptions.Filters.Message.OutgoingFilters.Add(next => (message, cancellationToken) =>
            {
                RemoveListChanged(message.JsonRpcMessage);

                return next(message, cancellationToken);
            });
        }

        return new(serverOptions, services, lifetime.ApplicationStopping);
    }

    // A client that is promised news of changes may never ask again, and without a session there is no way to send them.
    private static void RemoveListChanged(JsonRpcMessage message)
    {
        if (message is not JsonRpcResponse { Result: JsonObject result } || result["capabilities"] is not JsonObject capabilities)
        {
            return;
        }

        foreach (var (_, capability) in capabilities)
        {
            (capability as JsonObject)?.Remove("listChanged");
        }
    }
}
