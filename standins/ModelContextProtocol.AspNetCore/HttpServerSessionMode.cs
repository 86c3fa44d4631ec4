namespace ModelContextProtocol.AspNetCore;

/// <summary>Which clients get a session.</summary>
public enum HttpServerSessionMode
{
    /// <summary>None: every request stands alone, so any replica may answer it.</summary>
    Stateless,

    /// <summary>All: 2026-07-28, which has no sessions, is refused so that its clients fall back to the initialize handshake.</summary>
    Stateful,

    /// <summary>Those that initialize: 2026-07-28 is served without a session on the same path.</summary>
    StatefulForInitializeClients,
}
