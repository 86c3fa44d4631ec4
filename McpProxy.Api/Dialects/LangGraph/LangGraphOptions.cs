using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>What LangGraph servers need beside the settings for agent servers of any type.</summary>
internal sealed class LangGraphOptions : IValidatableObject
{
    [ConfigurationKeyName("LANGSMITH_API_KEY")]
    [Description("Sent as x-api-key to the LangGraph servers in AGENT_SERVERS that have no credentials of their own.")]
    public string? LangSmithApiKey { get; set; }

    [ConfigurationKeyName("LANGGRAPH_API_KEY")]
    [Description("The same, when LANGSMITH_API_KEY is not set.")]
    public string? LangGraphApiKey { get; set; }

    public string? Key => LangSmithApiKey ?? LangGraphApiKey;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        => SettingsExtensions.CheckCredentials([("LANGSMITH_API_KEY", LangSmithApiKey), ("LANGGRAPH_API_KEY", LangGraphApiKey)]);
}
