using System.Text.Json;

namespace McpProxy.SampleAgentServer.LangGraph;

/// <summary>Reads what clients send, and refuses it in the words of the real server.</summary>
internal static class LangGraphRequests
{
    public static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(cancellationToken);
        JsonElement body;
        try
        {
            body = JsonElement.Parse(text.Length is 0 ? "{}" : text);
        }
        catch (JsonException)
        {
            throw Refused(400, "Malformed JSON in request body");
        }

        try
        {
            return body.Deserialize<T>(LangGraphJson.Options) ?? throw Invalid("invalid_type", "Expected object, received null");
        }
        catch (JsonException exception)
        {
            throw Invalid("invalid_type", "Invalid input", exception.Path!.Split('.')[1..]);
        }
    }

    public static Guid ReadThreadId(string id)
        => Guid.TryParseExact(id, "D", out var threadId) ? threadId : throw Invalid("invalid_string", "Invalid uuid", "thread_id");

    public static RefusedException Invalid(string code, string message, params string[] path)
        => new(Results.Json(
            new { Success = false, Error = new { Issues = new[] { new { Code = code, Message = message, Path = path } }, Name = "ZodError" } },
            LangGraphJson.Options,
            statusCode: 400));

    public static RefusedException Refused(int status, string text) => new(Results.Text(text, statusCode: status));
}
