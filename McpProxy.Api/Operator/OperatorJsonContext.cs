using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Operator;

[JsonSerializable(typeof(AgentFigures))]
[JsonSerializable(typeof(CallList))]
[JsonSerializable(typeof(ConsoleViewer))]
[JsonSerializable(typeof(ProxyStatus))]
[JsonSerializable(typeof(SettingList))]
internal sealed partial class OperatorJsonContext : JsonSerializerContext
{
    /// <summary>For people: quotes and letters as they are, not as escapes.</summary>
    public static OperatorJsonContext Readable { get; } = new(new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
