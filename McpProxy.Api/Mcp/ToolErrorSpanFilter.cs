using System.Diagnostics;
using McpProxy.Api.Agents;
using OpenTelemetry;

namespace McpProxy.Api.Mcp;

/// <summary>Takes the answer of a failed tool, which may hold an agent's words, out of its span's status, where the MCP SDK puts it.</summary>
internal sealed class ToolErrorSpanFilter(AgentOptions options) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (!options.TelemetryContent && data is { Source.Name: "Experimental.ModelContextProtocol", Status: ActivityStatusCode.Error })
        {
            data.SetStatus(ActivityStatusCode.Error);
        }
    }
}
