using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>A tool that an agent called on the way to its answer.</summary>
internal sealed record AgentToolCall(string Name, JsonObject? Arguments = null)
{
    private const int MaxName = 100;

    /// <returns>The call with what its server says of it cleaned, or <see langword="null"/> if the tool has no name.</returns>
    public static AgentToolCall? Read(string? name, JsonElement? arguments)
        => RemoteText.Clean(name, MaxName) is { } tool ? new(tool, Clean(arguments)) : null;

    /// <remarks>Arguments may have been JSON inside a string, where nothing has looked for half characters and for names that come twice.</remarks>
    private static JsonObject? Clean(JsonElement? arguments)
    {
        try
        {
            return arguments is { ValueKind: JsonValueKind.Object } members ? RemoteText.CleanTree(JsonObject.Create(members)!) : null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
