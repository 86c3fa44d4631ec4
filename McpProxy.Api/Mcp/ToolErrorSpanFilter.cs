using System.Diagnostics;
using McpProxy.Api.Agents;
using OpenTelemetry;

namespace McpProxy.Api.Mcp;

/// <summary>The MCP SDK puts what a failed tool answered into its span's status. Agents' words may be among it, so the span only says that it failed.</summary>
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
