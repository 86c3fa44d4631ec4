namespace McpProxy.Api.Mcp.Tools;

/// <summary>What a tool returns that could not do what was asked.</summary>
internal sealed record ErrorResult(ErrorDetail? Error);

/// <summary>Why something could not be done.</summary>
/// <param name="Kind">What kind of failure it is: for programs.</param>
/// <param name="Message">What happened and what to do next: for models and people.</param>
/// <param name="RetryAfterSeconds">When trying again makes sense, if that is known.</param>
internal sealed record ErrorDetail(ErrorKind Kind, string Message, int? RetryAfterSeconds = null)
{
    public static ErrorDetail? From(ProxyException? exception)
        => exception is null ? null : new(exception.Kind, exception.Message, exception.RetryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null);
}
