using System.Diagnostics;
using System.Text.Json;
using McpProxy.Api.Mcp.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp;

/// <summary>Records what tools changed, and what was refused. Calls that reached an agent are recorded where they end.</summary>
internal sealed class ToolAudit(RequestContext<CallToolRequestParams> request)
{
    private const int MaxName = 100;
    private const int MaxReason = 1000;

    private static readonly string[] _changes = [ConnectServerTool.Name, DisconnectServerTool.Name, CancelAgentRunTool.Name];

    /// <summary>The arguments that say what a tool is to act on.</summary>
    private static readonly string[] _targets = ["targetAgentId", "agentId", "serverName", "serverUrl"];

    private readonly long _began = Stopwatch.GetTimestamp();

    public void Record(CallToolResult result)
    {
        if (_changes.Contains(request.Params.Name))
        {
            Record("done", bytes: result.Content.OfType<TextContentBlock>().Sum(text => text.Text.Length));
        }
    }

    public void Record(Exception exception)
    {
        switch (exception)
        {
            case ProxyException { IsRecorded: true }:
                break;

            case ProxyException refused when request.Params.Arguments?.ContainsKey("runId") is true:
                // Without the reason, which quotes the id: whoever knows that may be able to follow the run.
                Record("refused", refused.Kind);
                break;

            case ProxyException refused:
                Record($"refused, {RemoteText.Clean(refused.Message, MaxReason)}", refused.Kind);
                break;

            case McpProtocolException refused:
                Record($"refused, {RemoteText.Clean(refused.Message, MaxReason)}", ErrorKind.InvalidArgument);
                break;

            default:
                Record($"failed, {exception.GetType().Name}");
                break;
        }
    }

    private void Record(string outcome, ErrorKind? kind = null, long bytes = 0)
    {
        var services = request.Services!;
        services.GetRequiredService<Audit>().Record(new(
            RemoteText.Clean(request.Params.Name, MaxName) ?? "", services.GetRequiredService<Caller>(), Target(), outcome, kind,
            Stopwatch.GetElapsedTime(_began), bytes));
    }

    private string? Target() => _targets
        .Select(name => request.Params.Arguments is { } arguments && arguments.TryGetValue(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null)
        .FirstOrDefault(text => text is not null) is { } target
        ? Uri.TryCreate(target, UriKind.Absolute, out var url) && url.UserInfo is not "" ? url.Host : target
        : null;
}
