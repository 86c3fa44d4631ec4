using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpProxy.Benchmarks;

/// <summary>Calls tools with one POST each, and tells apart what can come of that.</summary>
/// <param name="isModern">Whether calls without a session are those of 2026-07-28 or of 2025-11-25.</param>
internal sealed class ToolClient(bool isModern) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    private readonly HttpClient _http = new() { Timeout = _patience };
    private long _ids;

    /// <param name="proxy">The endpoint.</param>
    /// <param name="tool">What is called.</param>
    /// <param name="arguments">What it gets.</param>
    /// <param name="session">The session it belongs to, if it does.</param>
    /// <param name="cancellationToken">Leaves before the answer has come.</param>
    public async Task<ToolAnswer> CallAsync(Uri proxy, string tool, object arguments, string? session = null, CancellationToken cancellationToken = default)
    {
        var id = Interlocked.Increment(ref _ids);
        using var request = isModern && session is null
            ? McpRequest.OfModern("tools/call", new { name = tool, arguments })
            : McpRequest.Legacy(
                "tools/call", new { name = tool, arguments, _meta = new { progressToken = id.ToString(CultureInfo.InvariantCulture) } }, id, session);
        request.RequestUri = proxy;
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);

            return response.IsSuccessStatusCode ? Read(body) : new(ToolEnd.Refused, body, default);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return new(ToolEnd.BrokenOff, exception.Message, default);
        }
    }

    /// <summary>Sends any other message.</summary>
    public async Task<HttpResponseMessage> SendAsync(Uri proxy, HttpRequestMessage message)
    {
        message.RequestUri = proxy;

        return await _http.SendAsync(message);
    }

    public void Dispose() => _http.Dispose();

    private static ToolAnswer Read(string body)
    {
        var last = body.Split('\n').LastOrDefault(line => line.StartsWith("data: ", StringComparison.Ordinal));
        if (last is null)
        {
            return new(ToolEnd.BrokenOff, body, default);
        }

        var message = JsonElement.Parse(last["data: ".Length..]);
        if (!message.TryGetProperty("result", out var result))
        {
            return message.TryGetProperty("error", out _) ? new(ToolEnd.Failed, last, default) : new(ToolEnd.BrokenOff, last, default);
        }

        var text = new StringBuilder();
        foreach (var block in result.Get("content").EnumerateArray())
        {
            text.Append(block.Get("text").GetString());
        }

        var isError = result.TryGetProperty("isError", out var error) && error.ValueKind is JsonValueKind.True;

        return new(
            isError ? ToolEnd.Failed : ToolEnd.Succeeded, $"{text}", result.TryGetProperty("structuredContent", out var fields) ? fields : default);
    }
}

/// <summary>What came of a call.</summary>
internal sealed record ToolAnswer(ToolEnd End, string Text, JsonElement Fields)
{
    /// <summary>Why it failed, if that was foreseen.</summary>
    public string? Kind => Fields.ValueKind is JsonValueKind.Object && Fields.TryGetProperty("error", out var error) ? error.Get("kind").GetString() : null;

    public string? Field(string name) => Fields.ValueKind is JsonValueKind.Object && Fields.TryGetProperty(name, out var field) ? field.GetString() : null;
}

internal enum ToolEnd
{
    Succeeded,

    /// <summary>The proxy said that it failed.</summary>
    Failed,

    /// <summary>The proxy did not begin.</summary>
    Refused,

    /// <summary>The connection broke, or could not be made.</summary>
    BrokenOff,
}
