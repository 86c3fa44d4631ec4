namespace McpProxy.Api.Configuration;

/// <summary>A text that holds no secret, so that operators may see it. Others are masked.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ShownAttribute : Attribute;
