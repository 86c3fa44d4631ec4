using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace ModelContextProtocol.AspNetCore;

internal static class ProtocolRevisions
{
    private const string FirstWithoutHandshake = "2026-07-28";
    private static readonly string[] WithHandshake = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
    private static readonly string[] WithoutHandshake = [FirstWithoutHandshake];

    /// <summary>Modern revisions have neither handshake nor session: each request carries its own metadata.</summary>
    public static bool IsModern(string? version) => string.CompareOrdinal(version, FirstWithoutHandshake) >= 0;

    /// <summary>A client picks its next try from the list in the refusal, which therefore must be what <c>server/discover</c> says.</summary>
    public static Refusal? Check(string version, HttpServerSessionMode mode)
    {
        var stateful = mode is HttpServerSessionMode.Stateful;
        var served = version.Length == 0 || WithHandshake.Contains(version) || (!stateful && WithoutHandshake.Contains(version));
        if (served)
        {
            return null;
        }

        var data = new UnsupportedProtocolVersionErrorData { Supported = stateful ? WithHandshake : WithoutHandshake, Requested = version };

        return new(StatusCodes.Status400BadRequest, (int)McpErrorCode.UnsupportedProtocolVersion, $"Protocol version '{version}' is not supported here.")
        {
            Details = JsonSerializer.SerializeToNode(data, McpJsonUtilities.DefaultOptions),
        };
    }
}
