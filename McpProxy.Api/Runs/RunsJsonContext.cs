using System.Text.Json;
using System.Text.Json.Serialization;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Runs.History;

namespace McpProxy.Api.Runs;

/// <summary>What is stored of runs. All replicas read it, also those of the version before.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(CallRecord))]
[JsonSerializable(typeof(RunFacts))]
[JsonSerializable(typeof(RunEnd))]
[JsonSerializable(typeof(StreamedAnswer))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
internal sealed partial class RunsJsonContext : JsonSerializerContext;
