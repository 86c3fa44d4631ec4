using Microsoft.AspNetCore.Http;

namespace McpProxy.Testing.AgentServers;

/// <summary>A request as it arrived at an agent server.</summary>
internal sealed record RecordedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body, CancellationToken Aborted)
{
    /// <summary>Whether whoever sent it left before the answer was complete.</summary>
    public bool IsAborted => Aborted.IsCancellationRequested;

    /// <summary>Whether it calls an agent: what is asked to find out the type of the server does not.</summary>
    public bool IsCall => Method is "POST" && !Path.EndsWith("/assistants/search", StringComparison.Ordinal);

    /// <summary>Everything that was sent, for tests that look for what must not have been.</summary>
    public string Everything => string.Join('\n', [Method, Path, .. Headers.Select(header => $"{header.Key}: {header.Value}"), Body]);

    public static async Task<RecordedRequest> ReadAsync(HttpRequest request)
    {
        using var body = new StreamReader(request.Body);
        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

        var aborted = request.HttpContext.RequestAborted;

        return new(request.Method, $"{request.Path}{request.QueryString}", headers, await body.ReadToEndAsync(aborted), aborted);
    }
}
