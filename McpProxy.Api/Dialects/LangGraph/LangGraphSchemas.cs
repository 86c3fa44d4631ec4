using System.Text.Json.Nodes;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.LangGraph;

/// <summary>What goes into a graph and what comes out, as far as its server can say so at once.</summary>
internal static class LangGraphSchemas
{
    private const int MaxLength = 4000;

    /// <summary>Some servers work schemas out for many seconds when they are first asked, and have them ready the next time.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(500);

    /// <returns>The schemas by name, or <see langword="null"/> if the server does not tell them soon.</returns>
    public static async Task<JsonObject?> ReadAsync(
        AgentHttpClient http, AgentServer server, string path, Caller caller, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_timeout);
        try
        {
            var schemas = await http.GetAsync(
                server, ServerRequest.Get($"{path}/schemas"), LangGraphJsonContext.Default.JsonObject, caller, timeout.Token);
            schemas.Remove("graph_id");

            return Shorten(schemas);
        }
        catch (ProxyException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <remarks>The definitions of all kinds of messages take 30 kB in each schema, and say nothing about what this graph is for.</remarks>
    public static JsonObject Shorten(JsonObject schemas)
    {
        foreach (var schema in schemas.Select(member => member.Value).OfType<JsonObject>().Where(IsLong))
        {
            schema.Remove("definitions");
            schema.Remove("$defs");
        }

        return schemas;
    }

    private static bool IsLong(JsonObject schema) => schema.ToJsonString().Length > MaxLength;
}
