using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Access;

/// <summary>What everything that is refused over HTTP looks like: a JSON-RPC error, whose message MCP clients show.</summary>
internal static class HttpRefusal
{
    /// <summary>The JSON-RPC code of a refusal that has none of its own.</summary>
    public const int ServerError = -32000;

    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">What is wrong, and what to do next.</param>
    /// <param name="code">The JSON-RPC code.</param>
    /// <param name="id">The id of the message, if it was read.</param>
    public static Task RefuseAsync(this HttpContext context, int status, string message, int code = ServerError, RequestId id = default)
    {
        context.Response.StatusCode = status;

        return context.Response.WriteAsJsonAsync(
            new JsonRpcError { Id = id, Error = new() { Code = code, Message = message } },
            McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcError)),
            cancellationToken: CancellationToken.None);
    }
}
