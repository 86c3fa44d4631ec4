using System.Globalization;
using McpProxy.Api.Agents;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp;

/// <summary>Ends circles of agents that call each other through the proxy.</summary>
internal sealed class HopCount(IHttpContextAccessor http, AgentOptions options)
{
    /// <returns>How many calls of agents led to this one: the largest of the counts that came with it.</returns>
    /// <exception cref="ProxyException">There were too many, or a count can't be read.</exception>
    public int Count(RequestContext<CallToolRequestParams> request)
    {
        var (headers, meta) = (http.HttpContext?.Request.Headers, request.Params.Meta);
        string?[] told =
        [
            .. headers?[Hops.Header] ?? [],
            .. Hops.InTraceState(headers?[Hops.TraceState].ToString()),
            meta?[Hops.MetaKey]?.ToString(),
            .. Hops.InTraceState(meta?[Hops.TraceState]?.ToString()),
        ];
        var hops = told.OfType<string>().Select(Read).DefaultIfEmpty().Max();

        return hops < options.MaxHops ? hops : throw new ProxyException(
            ErrorKind.RefusedByPolicy,
            $"The agent was not called: it would be call {hops + 1L} in a chain of agents that call each other through the proxy, and MCP_MAX_HOPS allows "
            + $"{options.MaxHops}. Probably they go round in a circle: answer without calling another agent. If so long a chain is wanted, raise "
            + "MCP_MAX_HOPS where the proxy runs.");
    }

    private static int Read(string told)
        => int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var hops) ? hops : throw new ProxyException(
            ErrorKind.InvalidArgument,
            $"The agent was not called: the call came with a hop count ({Hops.Header}, or {Hops.MetaKey} in _meta) that is no whole number, so it may be "
            + "part of a circle. Pass the count on as the agent got it, or leave it out if no agent makes the call.");
}
