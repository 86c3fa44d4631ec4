using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp;

/// <summary>Refuses requests whose parameters have another shape than the protocol gives them. The SDK would say no more than that an error occurred.</summary>
internal static class RequestParameters
{
    private const int MaxMethod = 100;

    public static IMcpServerBuilder WithCheckedParameters(this IMcpServerBuilder builder)
        => builder.WithMessageFilters(filters => filters.AddIncomingFilter(next => async (context, cancellationToken) =>
        {
            var method = (context.JsonRpcMessage as JsonRpcRequest)?.Method;
            if (context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.ToolsCall, Params: not JsonObject })
            {
                throw Wrong(method);
            }

            try
            {
                await next(context, cancellationToken);
            }
            catch (JsonException)
            {
                throw Wrong(method);
            }
        }));

    public static McpProtocolException Wrong(string? method) => new(
        $"Nothing was done: the params of '{RemoteText.Clean(method, MaxMethod)}' are not what the protocol has there. Correct them and send it again.",
        McpErrorCode.InvalidParams);
}
