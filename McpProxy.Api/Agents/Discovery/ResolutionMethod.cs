using System.Text.Json.Serialization;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>How an agent id led to one agent.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResolutionMethod>))]
internal enum ResolutionMethod
{
    /// <summary>The id named the server.</summary>
    [JsonStringEnumMemberName("explicit_qualification")]
    ExplicitQualification,

    /// <summary>The URL of the server was given beside the id.</summary>
    [JsonStringEnumMemberName("explicit_url_override")]
    ExplicitUrlOverride,

    /// <summary>One server has such an agent.</summary>
    [JsonStringEnumMemberName("unique_auto_resolution")]
    UniqueAutoResolution,

    /// <summary>Several servers have one, and <c>server0</c> is among them.</summary>
    [JsonStringEnumMemberName("conflict_default_server")]
    ConflictDefaultServer,

    /// <summary>Several servers have one; the first was taken.</summary>
    [JsonStringEnumMemberName("conflict_first_available")]
    ConflictFirstAvailable,
}
