using System.Net.Http.Headers;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>What the proxy shows to agent servers that ask who it is.</summary>
/// <remarks>
/// Credentials belong to a URL that configuration names, never to a name alone: else whoever connects a server of their own under that name
/// would be sent them.
/// </remarks>
internal sealed class AgentCredentials(ConnectionOptions options)
{
    private readonly string? _langGraphKey = options.LangSmithApiKey ?? options.LangGraphApiKey;

    /// <summary>Adds the credentials configured for exactly this server, if there are any.</summary>
    public void Apply(AgentServer server, HttpRequestHeaders headers)
    {
        var auth = options.AuthByUrl.GetValueOrDefault(server.Url);
        if (auth?.Token is { Length: > 0 } token)
        {
            headers.Authorization = new("Bearer", token);
        }

        var key = auth?.ApiKey ?? (server is { Type: "langgraph", IsDynamic: false } ? _langGraphKey : null);
        if (key is { Length: > 0 })
        {
            headers.Add("x-api-key", key);
        }
    }
}
