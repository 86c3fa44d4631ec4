namespace ModelContextProtocol.AspNetCore;

/// <summary>How MCP is served over HTTP.</summary>
public class HttpServerTransportOptions
{
    private const string SessionsAreLegacy = "Sessions exist only for clients of 2025-11-25 and earlier.";

    /// <summary>Which clients get a session: none by default.</summary>
    public HttpServerSessionMode SessionMode { get; set; } = HttpServerSessionMode.Stateless;

    /// <summary>The short way to choose between <see cref="HttpServerSessionMode.Stateless"/> and <see cref="HttpServerSessionMode.Stateful"/>.</summary>
    public bool Stateless
    {
        get => SessionMode is HttpServerSessionMode.Stateless;
        set => SessionMode = value ? HttpServerSessionMode.Stateless : HttpServerSessionMode.Stateful;
    }

    /// <summary>How long a session without an open request is kept: two hours by default.</summary>
    [Obsolete(SessionsAreLegacy, DiagnosticId = "MCP9006")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How many sessions are kept before the longest idle ones have to go: 10,000 by default.</summary>
    [Obsolete(SessionsAreLegacy, DiagnosticId = "MCP9006")]
    public int MaxIdleSessionCount { get; set; } = 10_000;

    /// <summary>The clock that <see cref="IdleTimeout"/> is measured by.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
