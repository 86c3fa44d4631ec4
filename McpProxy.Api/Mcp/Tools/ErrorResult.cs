namespace McpProxy.Api.Mcp.Tools;

/// <summary>What a tool returns that could not do what was asked.</summary>
internal sealed record ErrorResult(ErrorDetail? Error);

/// <summary>Why something could not be done: the kind for programs, the message for models and people.</summary>
internal sealed record ErrorDetail(ErrorKind Kind, string Message, int? RetryAfterSeconds = null)
{
    public static ErrorDetail? From(ProxyException? exception)
        => exception is null ? null : new(exception.Kind, exception.Message, exception.RetryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null);
}
