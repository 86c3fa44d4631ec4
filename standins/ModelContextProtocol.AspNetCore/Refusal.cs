using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace ModelContextProtocol.AspNetCore;

/// <summary>Why an HTTP request is not served.</summary>
internal sealed record Refusal(int Status, int Code, string Message)
{
    public JsonNode? Details { get; init; }

    public static Refusal BadRequest(McpErrorCode code, string message) => new(StatusCodes.Status400BadRequest, (int)code, message);

    public static Refusal Mismatch(string message) => BadRequest(McpErrorCode.HeaderMismatch, message);

    /// <param name="response">The answer to the HTTP request.</param>
    /// <param name="id">The id of the message in it, which the answer has to repeat if it could be read.</param>
    public void Write(HttpResponse response, RequestId id)
    {
        response.StatusCode = Status;
        McpJson.WriteBody(response, new JsonRpcError { Id = id, Error = new() { Code = Code, Message = Message, Data = Details } });
    }
}
