namespace McpProxy.Api.Configuration;

/// <summary>Options with a property that can't be set, since its setting is a whole section such as <c>AGENT_SERVER_AUTH__name__Token</c>.</summary>
internal interface ISectionOptions
{
    void ReadSection(IConfigurationSection section);
}
