namespace McpProxy.Api.Configuration;

/// <summary>Settings that have no effect any more, and are no mistake either.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class FormerSettingAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names => names;
}
