using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Limits;

/// <summary>How much the proxy holds in memory, in bytes as they came. What is made of an answer on its way takes several times as much.</summary>
internal sealed class MemoryOptions
{
    private const double Most = 1_099_511_627_776;

    [ConfigurationKeyName("MCP_ANSWER_MEMORY_BYTES")]
    [Description(
        "How many bytes of answers may be on their way from agents to clients at the same time; more are refused. "
        + "0 is a forty-eighth of the memory that the process may use.")]
    [Range(0, Most)]
    public long Answers { get; set; }

    [ConfigurationKeyName("MCP_RUN_MEMORY_BYTES")]
    [Description(
        "How many bytes of background runs are kept, where no Redis keeps them; more are refused. "
        + "0 is an eighth of the memory that the process may use.")]
    [Range(0, Most)]
    public long Runs { get; set; }

    [ConfigurationKeyName("MCP_REQUEST_MEMORY_BYTES")]
    [Description(
        "How many bytes of requests may be in work at the same time; more are refused with 503. "
        + "0 is a thirty-second of the memory that the process may use.")]
    [Range(0, Most)]
    public long Requests { get; set; }

    [ConfigurationKeyName("MCP_LIST_MEMORY_BYTES")]
    [Description(
        "How many bytes of lists of agents are remembered; those not asked for lately are forgotten first. "
        + "0 is a sixteenth of the memory that the process may use.")]
    [Range(0, Most)]
    public long Lists { get; set; }
}
