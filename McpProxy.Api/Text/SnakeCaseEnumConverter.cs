using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Text;

/// <summary>Writes <c>TimedOut</c> as <c>timed_out</c>.</summary>
internal sealed class SnakeCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower)
    where TEnum : struct, Enum;
