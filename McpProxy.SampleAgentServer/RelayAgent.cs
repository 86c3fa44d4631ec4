using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.SampleAgentServer;

/// <summary>
/// An agent that is an MCP client of the proxy: it asks the proxy to call the agent that its message begins with, and repeats the answer. That agent
/// is told the rest of the message, or the same again if there is no rest: so <c>server0:relayAgent server1:echoAgent hi</c> is a chain, and
/// <c>server0:relayAgent</c> a circle.
/// </summary>
internal sealed class RelayAgent(IConfiguration configuration, IHttpContextAccessor http)
{
    private const string UrlSetting = "MCP_PROXY_URL";
    private const string HopsHeader = "x-mcp-proxy-hops";

    public async Task<string> AnswerAsync(string message, CancellationToken cancellationToken)
    {
        if (configuration[UrlSetting] is not { Length: > 0 } url)
        {
            return $"I don't know where the proxy is: {UrlSetting} is not set.";
        }

        var words = message.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var transport = new HttpClientTransport(new()
        {
            Endpoint = new(url),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = HopsSoFar(),
        });
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: cancellationToken);
        var result = await client.CallToolAsync(
            "callAgent",
            new Dictionary<string, object?>
            {
                ["targetAgentId"] = words.FirstOrDefault() ?? "",
                ["interactionType"] = "generate",
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = words is [_, var rest] ? rest : message }),
            },
            cancellationToken: cancellationToken);

        return string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
    }

    /// <summary>Without this the proxy could not tell that this call is part of a circle.</summary>
    private Dictionary<string, string> HopsSoFar()
        => http.HttpContext!.Request.Headers[HopsHeader].ToString() is { Length: > 0 } hops ? new() { [HopsHeader] = hops } : [];
}
