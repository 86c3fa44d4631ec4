namespace McpProxy.Api.Configuration;

/// <summary>Other names that a setting goes by. Its own wins, then the first of them that is set.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAliasAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names => names;
}
