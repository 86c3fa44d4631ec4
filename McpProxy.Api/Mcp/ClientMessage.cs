using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp;

/// <summary>What a message that came over HTTP is about: read once, and kept as a feature of its request.</summary>
/// <param name="Id">The JSON-RPC id as it was written, of a request.</param>
/// <param name="Method">The method, of a request or a notification.</param>
/// <param name="Name">What the method is about, such as the name of a tool.</param>
/// <param name="IsNamedByText">Whether names and addresses of what the method is about are text, if there are any.</param>
/// <param name="Revision">The protocol revision that the message names in its <c>_meta</c>, as those since 2026-07-28 do.</param>
/// <param name="Cancelled">The id of the request that a cancelling notification names.</param>
internal sealed record ClientMessage(JsonElement Id, string? Method, string? Name, bool IsNamedByText, string? Revision, string? Cancelled)
{
    /// <summary>The header that names the protocol revision.</summary>
    public const string VersionHeader = "MCP-Protocol-Version";

    /// <summary>The first revision that messages name themselves, and whose clients have no session.</summary>
    private const string FirstStatelessRevision = "2026-07-28";

    /// <returns>Whether messages of a revision name it themselves.</returns>
    public static bool IsStateless(string? revision) => string.CompareOrdinal(revision, FirstStatelessRevision) >= 0;

    public bool IsNotification => Method?.StartsWith("notifications/", StringComparison.Ordinal) is true;

    /// <summary>The id as a key: 7 and "7" are different ids.</summary>
    public string? Key => AsKey(Id);

    public static ClientMessage From(JsonElement message)
    {
        var parameters = Member(message, "params");
        var (id, method) = (Member(message, "id"), Text(Member(message, "method")));

        return new(
            id.ValueKind is JsonValueKind.Undefined ? id : id.Clone(),
            method,
            Text(Member(parameters, "name")),
            IsTextOrNothing(Member(parameters, "name")) && IsTextOrNothing(Member(parameters, "uri")),
            Text(Member(Member(parameters, "_meta"), MetaKeys.ProtocolVersion)),
            method is NotificationMethods.CancelledNotification ? AsKey(Member(parameters, "requestId")) : null);
    }

    private static JsonElement Member(JsonElement element, string name)
        => element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static bool IsTextOrNothing(JsonElement element)
        => element.ValueKind is JsonValueKind.String or JsonValueKind.Null or JsonValueKind.Undefined;

    private static string? Text(JsonElement element) => element.ValueKind is JsonValueKind.String ? element.GetString() : null;

    private static string? AsKey(JsonElement id) => id.ValueKind is JsonValueKind.String or JsonValueKind.Number ? id.GetRawText() : null;
}
