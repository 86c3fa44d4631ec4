using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace McpProxy.Api.Outbound;

/// <summary>What an agent server is asked or told.</summary>
/// <param name="Method">How.</param>
/// <param name="Path">Where, relative to the server's URL, or from a slash on at the same origin.</param>
/// <param name="Body">What.</param>
internal sealed record ServerRequest(HttpMethod Method, string Path, JsonObject? Body = null)
{
    /// <summary>What else its server wants to know.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;

    public static ServerRequest Get(string path) => new(HttpMethod.Get, path);

    public static ServerRequest Post(string path, JsonObject body) => new(HttpMethod.Post, path, body);

    public static ServerRequest Delete(string path) => new(HttpMethod.Delete, path);
}
