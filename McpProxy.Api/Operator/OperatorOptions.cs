using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Operator;

/// <summary>What people get to see of the proxy.</summary>
internal sealed class OperatorOptions : IValidatableObject
{
    /// <summary>What stands for the id in the address of a trace.</summary>
    private const string TraceId = "{traceId}";

    [ConfigurationKeyName("MCP_CONSOLE")]
    [Description("Whether the proxy keeps a history of calls, without what was said, and shows it to those who may come in: at / and below /operator.")]
    public bool Console { get; set; }

    [ConfigurationKeyName("MCP_TRACE_URL")]
    [Shown]
    [Description("Where the trace of a call can be looked at: a URL with {traceId} in the place of its id.")]
    public string TraceUrl { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TraceUrl is not "" && !(TraceUrl.Contains(TraceId, StringComparison.Ordinal)
            && Uri.TryCreate(TraceUrl.Replace(TraceId, "0", StringComparison.Ordinal), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            yield return new($"MCP_TRACE_URL must be an http or https URL with {TraceId} in it.");
        }
    }
}
