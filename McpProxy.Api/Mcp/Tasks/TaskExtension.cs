// The seams for extensions may change with the SDK: a new version of it is tried with the tests of tasks.
#pragma warning disable MCPEXP002
using System.Text.Json.Nodes;
using McpProxy.Api.Runs;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp.Tasks;

/// <summary>
/// The protocol's tasks extension, as <see href="https://github.com/modelcontextprotocol/ext-tasks">its specification</see> says. For clients that declare
/// it, a call that goes on as a run ends with a task; others see nothing of it. The SDK's own tasks live in one process, so only its seams are used.
/// </summary>
internal static class TaskExtension
{
    public const string Name = "io.modelcontextprotocol/tasks";
    public const string Cancel = "tasks/cancel";

    private static readonly Dictionary<string, object> _extensions = new() { [Name] = new JsonObject() };

    private static readonly McpServerRequestHandler[] _handlers =
    [
        Handler("tasks/get", tasks => tasks.GetAsync),
        Handler("tasks/update", tasks => tasks.UpdateAsync),
        Handler(Cancel, tasks => tasks.CancelAsync),
    ];

    public static IMcpServerBuilder WithTasks(this IMcpServerBuilder builder)
    {
        builder.Services.AddScoped<AgentTasks>();
        builder.Services.Configure<McpServerOptions>(server =>
        {
            // Without sessions this is done for every request.
            (server.Capabilities ??= new()).Extensions ??= _extensions;
            server.RequestHandlers = server.RequestHandlers is { Count: > 0 } others ? [.. others, .. _handlers] : _handlers;
            server.Filters.Request.CallToolWithAlternateFilters.Add(CallAsync);
        });

        return builder;
    }

    /// <summary>Lets a call of a tool end with a task, if its client knows tasks.</summary>
    public static void BecomesTask(this RequestContext<CallToolRequestParams> request, AgentRun run) => request.Items[Name] = run;

    public static ClientCapabilities? ClientOf(JsonRpcRequest request) => request.Context?.ClientCapabilities;

    private static async ValueTask<ResultOrAlternate<CallToolResult>> CallAsync(
        RequestContext<CallToolRequestParams> request,
        McpRequestHandler<CallToolRequestParams, ResultOrAlternate<CallToolResult>> next,
        CancellationToken cancellationToken)
    {
        var result = await next(request, cancellationToken);
        if (request.JsonRpcRequest.Context?.Items is not { } items
            || !items.TryGetValue(Name, out var item)
            || item is not AgentRun run
            || !Knows(request.JsonRpcRequest))
        {
            return result;
        }

        var task = request.Services!.GetRequiredService<AgentTasks>().Describe(run, ClientOf(request.JsonRpcRequest));
        task.ResultType = "task";

        return ResultOrAlternate<CallToolResult>.FromAlternate(task, TaskJsonContext.Default.AgentTask);
    }

    private static McpServerRequestHandler Handler(string method, Func<AgentTasks, TaskMethod> choose) => new()
    {
        Method = method,
        RoutingNameParameter = "taskId",
        Handler = async (request, cancellationToken) =>
        {
            Check(request.JsonRpcRequest);
            var id = ((request.Params as JsonObject)?["taskId"] as JsonValue)?.TryGetValue(out string? given) is true && given is not "" ? given
                : throw new McpProtocolException($"{method} needs the taskId that tools/call returned.", McpErrorCode.InvalidParams);
            try
            {
                return await choose(request.Services!.GetRequiredService<AgentTasks>())(id, request, cancellationToken);
            }
            catch (ProxyException exception)
            {
                var code = exception.Kind is ErrorKind.NotFound or ErrorKind.InvalidArgument ? McpErrorCode.InvalidParams : McpErrorCode.InternalError;
                throw new McpProtocolException(exception.Message, exception, code);
            }
        },
    };

    /// <exception cref="McpException">The client does not know tasks.</exception>
    private static void Check(JsonRpcRequest request)
    {
        if (!IsStateless(request))
        {
            throw new McpProtocolException($"Method '{request.Method}' is not available.", McpErrorCode.MethodNotFound);
        }

        if (!Knows(request))
        {
            throw new MissingRequiredClientCapabilityException(
                new() { Extensions = new Dictionary<string, object> { [Name] = new JsonObject() } },
                $"{request.Method} is for clients that declare {Name} among the extensions of their capabilities.");
        }
    }

    private static bool Knows(JsonRpcRequest request) => IsStateless(request) && ClientOf(request)?.Extensions?.ContainsKey(Name) is true;

    private static bool IsStateless(JsonRpcRequest request) => ClientMessage.IsStateless(request.Context?.ProtocolVersion);

    private delegate Task<JsonNode> TaskMethod(string id, RequestContext<JsonNode?> request, CancellationToken cancellationToken);
}
