using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>The sessions of this process. Those that nobody uses are ended after a while, or sooner if there are too many.</summary>
internal sealed class SessionTable(
    IOptions<HttpServerTransportOptions> options,
    IOptions<McpServerOptions> serverOptions,
    ILoggerFactory loggers,
    IServiceProvider services) : BackgroundService
{
    private static readonly TimeSpan PruneInterval = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly HttpServerTransportOptions _options = options.Value;
#pragma warning disable MCP9006 // Whoever sets these has been told that sessions are legacy.
    private TimeSpan IdleTimeout => _options.IdleTimeout;

    private int MaxCount => _options.MaxIdleSessionCount;
#pragma warning restore MCP9006

    public async Task<Session> OpenAsync(ClaimsPrincipal user)
    {
        if (_sessions.Count >= MaxCount && _sessions.Values.MaxBy(session => session.Idle) is { } idlest && idlest.Idle > TimeSpan.Zero)
        {
            await EndAsync(idlest);
        }

        var session = new Session(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24)), NameOf(user), _options.TimeProvider);
        session.Start(McpServer.Create(session, serverOptions.Value, loggers, services));
        _sessions[session.SessionId] = session;

        return session;
    }

    /// <summary>Finds the session that a request belongs to, or says why it belongs to none.</summary>
    public Refusal? Find(HttpContext context, out Session? session)
    {
        session = null;
        var id = context.Request.Headers[McpHeaders.SessionId].ToString();
        if (id.Length == 0)
        {
            return new(StatusCodes.Status400BadRequest, -32000, $"The {McpHeaders.SessionId} header is missing. Only initialize comes without.");
        }

        if (!_sessions.TryGetValue(id, out session) || session.Idle > IdleTimeout)
        {
            return new(StatusCodes.Status404NotFound, -32001, "There is no such session, or not any more. Initialize again.");
        }

        return session.Owner == NameOf(context.User)
            ? null
            : new(StatusCodes.Status403Forbidden, -32000, "The session belongs to somebody else.");
    }

    public async Task EndAsync(Session session)
    {
        _sessions.TryRemove(new(session.SessionId, session));
        await session.DisposeAsync();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_sessions.Values.Select(EndAsync));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PruneInterval, _options.TimeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Task.WhenAll(_sessions.Values.Where(session => session.Idle > IdleTimeout).Select(EndAsync));
        }
    }

    private static string? NameOf(ClaimsPrincipal user)
    {
        if (user.Identity is not { IsAuthenticated: true } identity)
        {
            return null;
        }

        var claim = user.FindFirst(ClaimTypes.NameIdentifier) ?? user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.Upn);

        return claim is null ? identity.Name : $"{claim.Issuer}|{claim.Type}|{claim.Value}";
    }
}
