using System.Text.RegularExpressions;
using McpProxy.Api.Connections;

namespace McpProxy.Api.AgentServers.LangGraph;

/// <summary>
/// A run that may still be going on. It would go on when its connection breaks, so unless it has ended it is cancelled on its server.
/// </summary>
internal sealed partial class LangGraphOpenRun(AgentServerHttp http, AgentServer server, AgentServerResponse response) : IAsyncDisposable
{
    private readonly Match _location = Location().Match(response.Header("content-location") ?? "");

    public AgentServerResponse Response => response;

    /// <summary>The thread of a run that was started without one, which only its stream tells. A run is cancelled by way of its thread.</summary>
    public string? HiddenThreadId { get; set; }

    public bool HasEnded { get; set; }

    public async ValueTask DisposeAsync()
    {
        await response.DisposeAsync();
        var thread = _location.Groups["thread"] is { Success: true, Value: var named } ? named : HiddenThreadId;
        if (HasEnded || thread is null || !_location.Success)
        {
            return;
        }

        try
        {
            await http.PostAsync(server, $"threads/{Uri.EscapeDataString(thread)}/runs/{_location.Groups["run"].Value}/cancel");
        }
        catch (AgentServerException)
        {
            // The run may have ended meanwhile, or its server. Nobody waits for it either way.
        }
    }

    [GeneratedRegex("(?:threads/(?<thread>[0-9a-fA-F-]{36})/)?runs/(?<run>[0-9a-fA-F-]{36})$")]
    private static partial Regex Location();
}
