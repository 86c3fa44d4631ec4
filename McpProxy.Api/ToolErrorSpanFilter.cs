using System.Diagnostics;
using OpenTelemetry;

namespace McpProxy.Api;

/// <summary>The MCP SDK puts what a failed tool answered into its span's status. Agents' words may be among it, so the span only says that it failed.</summary>
internal sealed class ToolErrorSpanFilter : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data is { Source.Name: "Experimental.ModelContextProtocol", Status: ActivityStatusCode.Error })
        {
            data.SetStatus(ActivityStatusCode.Error);
        }
    }
}
