using System.Net.Http.Headers;

namespace McpProxy.Api.Limits;

/// <summary>
/// How many calls of agents led to a call is said in a header, in MCP's <c>_meta</c>, and in the trace state, which agents that are instrumented with
/// OpenTelemetry pass on by themselves.
/// </summary>
internal static class Hops
{
    /// <summary>Begins with <c>x-</c>: some agent servers hand only such headers on to their agents.</summary>
    public const string Header = "x-mcp-proxy-hops";

    public const string MetaKey = "mcp-agent-proxy/hops";

    public const string TraceState = "tracestate";

    private const string Member = "mcpproxy=";
    private const int MaxMembers = 32;

    public static IEnumerable<string> InTraceState(string? traceState)
        => Members(traceState).Where(IsOurs).Select(member => member[Member.Length..]);

    /// <returns>The trace state with what the header says, if it is there, before everybody else's members.</returns>
    public static string? AddToTraceState(string? traceState, HttpRequestHeaders headers)
        => headers.TryGetValues(Header, out var hops)
            ? string.Join(',', Members(traceState).Where(member => !IsOurs(member)).Prepend($"{Member}{hops.Single()}").Take(MaxMembers))
            : traceState;

    private static string[] Members(string? traceState)
        => traceState?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsOurs(string member) => member.StartsWith(Member, StringComparison.Ordinal);
}
