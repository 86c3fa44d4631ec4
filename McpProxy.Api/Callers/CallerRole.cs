namespace McpProxy.Api.Callers;

/// <summary>What a caller may do.</summary>
internal enum CallerRole
{
    /// <summary>List, describe and call agents, and follow their own runs.</summary>
    Caller,

    /// <summary>Also connect and disconnect servers, and follow everybody's runs.</summary>
    Operator,
}
