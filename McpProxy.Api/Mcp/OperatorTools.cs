using McpProxy.Api.Mcp.Tools;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp;

/// <summary>Keeps the tools for operators from other callers, who do not even see them.</summary>
internal static class OperatorTools
{
    private static readonly string[] _names = [ConnectServerTool.Name, DisconnectServerTool.Name];

    public static IMcpServerBuilder WithOperatorTools(this IMcpServerBuilder builder) => builder.WithRequestFilters(filters => filters
        .AddListToolsFilter(next => async (request, cancellationToken) =>
        {
            var result = await next(request, cancellationToken);
            if (!CallerOf(request).IsOperator)
            {
                result.Tools = [.. result.Tools.Where(tool => !_names.Contains(tool.Name))];
            }

            return result;
        })
        .AddCallToolFilter(next => (request, cancellationToken)
            => _names.Contains(request.Params.Name) && !CallerOf(request).IsOperator
                ? throw new ProxyException(
                    ErrorKind.RefusedByPolicy,
                    $"Nothing was done: {request.Params.Name} is for operators of this proxy. Call listAgents to see the agents that can be called, and ask "
                    + "whoever runs the proxy if another server is needed.")
                : next(request, cancellationToken)));

    /// <returns>Who sent a request.</returns>
    public static Caller CallerOf<T>(RequestContext<T> request) => request.Services!.GetRequiredService<Caller>();
}
