using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Access;

/// <summary>Refuses a request over HTTP with a JSON-RPC error, whose message MCP clients show.</summary>
internal static class HttpRefusal
{
    /// <summary>The JSON-RPC code of a refusal that has none of its own.</summary>
    public const int ServerError = -32000;

    public static Task RefuseAsync(this HttpContext context, int status, string message, int code = ServerError, RequestId id = default)
    {
        context.Response.StatusCode = status;

        return context.Response.WriteAsJsonAsync(
            new JsonRpcError { Id = id, Error = new() { Code = code, Message = message } },
            McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcError)),
            cancellationToken: CancellationToken.None);
    }
}
