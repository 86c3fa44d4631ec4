using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Mcp.Tools;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

// Calls are rewritten where all else sees them as calls of callAgent, and sessions are known while they are open, in no other way.
#pragma warning disable MCPEXP002

namespace McpProxy.Api.Mcp.AgentTools;

/// <summary>Publishes every agent as a tool of its own, beside the seven.</summary>
internal static class AgentToolsExtensions
{
    private static readonly string[] _changingServers = [ConnectServerTool.Name, DisconnectServerTool.Name];

    public static IMcpServerBuilder WithAgentTools(this IMcpServerBuilder builder, McpOptions options)
    {
        builder.Services.AddSingleton<AgentToolList>();
        if (!options.AgentTools)
        {
            return builder;
        }

        builder.Services.AddSingleton<AgentToolWatch>().AddHostedService(services => services.GetRequiredService<AgentToolWatch>());
        builder.Services.Configure<McpServerOptions>(server => server.Filters.Request.CallToolWithAlternateFilters.Add(CallAsync));
        if (options.Sessions)
        {
            builder.Services.AddOptions<HttpServerTransportOptions>().Configure<AgentToolWatch>((http, watch) => http.RunSessionHandler =
                (context, server, ended) => watch.RunAsync(server, context.RequestServices.GetRequiredService<Caller>(), ended));
        }

        return builder
            .WithRequestFilters(filters => filters.AddListToolsFilter(next => async (request, cancellationToken) =>
            {
                var result = await next(request, cancellationToken);
                if (request.Params?.Cursor is null)
                {
                    var tools = await List(request).GetPublishedAsync(OperatorTools.CallerOf(request), cancellationToken);
                    result.Tools = [.. result.Tools, .. tools.Select(tool => tool.ProtocolTool)];
                }

                return result;
            }))
            .WithCallToolHandler(async (request, cancellationToken)
                => throw await List(request).ExplainAsync(request.Params.Name, OperatorTools.CallerOf(request), cancellationToken))
            .WithSubscriptionsListenHandler(ListenAsync);
    }

    /// <summary>Makes a call of an agent's tool one of <c>callAgent</c>. One with wrong arguments stays what it is, and is refused as such.</summary>
    private static async ValueTask<ResultOrAlternate<CallToolResult>> CallAsync(
        RequestContext<CallToolRequestParams> request,
        McpRequestHandler<CallToolRequestParams, ResultOrAlternate<CallToolResult>> next,
        CancellationToken cancellationToken)
    {
        var call = request.Params;
        var tool = call.Name.StartsWith(AgentToolName.Prefix, StringComparison.Ordinal)
            ? await List(request).FindAsync(call.Name, OperatorTools.CallerOf(request), cancellationToken)
            : null;
        request.MatchedPrimitive = tool ?? request.MatchedPrimitive;
        if (tool is not null && ToolArguments.FindProblem(request) is null)
        {
            (call.Name, call.Arguments) = (CallAgentTool.Name, tool.ToCallAgent(call.Arguments));
        }

        var result = await next(request, cancellationToken);
        if (_changingServers.Contains(call.Name))
        {
            request.Services!.GetRequiredService<AgentToolWatch>().Look();
        }

        if (tool is not null && result is { IsAlternate: false, Result: { } answer } && IsQuestion(answer.StructuredContent))
        {
            answer.Content.Add(new TextContentBlock
            {
                Text = $"{tool.Name} takes no resume: call {CallAgentTool.Name} with it, targetAgentId '{tool.QualifiedId}' and the threadId.",
            });
        }

        return result;
    }

    private static bool IsQuestion(JsonElement? fields) => fields is { ValueKind: JsonValueKind.Object } answer && answer.TryGetProperty("interrupt", out _);

    /// <summary>Tells a client of 2026-07-28 that asked for it of each change, until it leaves or the proxy stops.</summary>
    private static async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        var (services, id) = (request.Services!, request.JsonRpcRequest.Id);
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            if (request.Params.Notifications.ToolsListChanged is not true)
            {
                await SendAsync(NotificationMethods.SubscriptionsAcknowledgedNotification, new() { ["notifications"] = new JsonObject() });

                return new();
            }

            await foreach (var hasChanged in services.GetRequiredService<AgentToolWatch>().FollowAsync(OperatorTools.CallerOf(request), ended.Token))
            {
                await (hasChanged
                    ? SendAsync(NotificationMethods.ToolListChangedNotification, [])
                    : SendAsync(
                        NotificationMethods.SubscriptionsAcknowledgedNotification,
                        new() { ["notifications"] = new JsonObject { ["toolsListChanged"] = true } }));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The stream ends as it should, with a result.
        }

        return new();

        Task SendAsync(string method, JsonObject parameters)
        {
            var subscription = id.Id is long number ? JsonValue.Create(number) : JsonValue.Create(id.ToString());
            parameters["_meta"] = new JsonObject { [MetaKeys.SubscriptionId] = subscription };

            return request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, ended.Token);
        }
    }

    private static AgentToolList List<T>(RequestContext<T> request) => request.Services!.GetRequiredService<AgentToolList>();
}
