using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>The one path that MCP is served on.</summary>
internal sealed class McpEndpoint(
    IOptions<HttpServerTransportOptions> options,
    IOptions<McpServerOptions> serverOptions,
    StatelessServers servers,
    SessionTable sessions,
    IHostApplicationLifetime lifetime)
{
    private HttpServerSessionMode Mode => options.Value.SessionMode;

    public async Task PostAsync(HttpContext context)
    {
        var (message, refusal) = await MessageBody.ReadAsync(context.Request, context.RequestAborted);
        var id = message is JsonRpcRequest request ? request.Id : default;
        if (message is not null)
        {
            refusal = ProtocolRevisions.Check(VersionOf(context), Mode)
                ?? MessageRules.Check(context.Request.Headers, message, serverOptions.Value)
                ?? await ServeAsync(context, message);
        }

        refusal?.Write(context.Response, id);
    }

    public async Task GetAsync(HttpContext context)
    {
        var refusal = CheckSessionRequest(context, out var session);
        if (refusal is null && !MessageBody.AcceptsEventStream(context.Request))
        {
            refusal = new(StatusCodes.Status406NotAcceptable, (int)McpErrorCode.InvalidRequest, "Accept must name text/event-stream.");
        }

        if (refusal is null)
        {
            await session!.ListenAsync(context, lifetime.ApplicationStopping);
        }

        refusal?.Write(context.Response, default);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var refusal = CheckSessionRequest(context, out var session);
        if (refusal is null)
        {
            await sessions.EndAsync(session!);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }

        refusal?.Write(context.Response, default);
    }

    private static string VersionOf(HttpContext context) => context.Request.Headers[McpHeaders.ProtocolVersion].ToString();

    private async Task<Refusal?> ServeAsync(HttpContext context, JsonRpcMessage message)
    {
        var version = VersionOf(context);
        message.Context = new()
        {
            ProtocolVersion = version.Length == 0 ? null : version,
            User = context.User.Identity is { IsAuthenticated: true } ? context.User : null,
            ExecutionContext = ExecutionContext.Capture(),
        };

        if (Mode is HttpServerSessionMode.Stateless || ProtocolRevisions.IsModern(version))
        {
            await ServeWithoutSessionAsync(context, message);
            return null;
        }

        var opens = message is JsonRpcRequest { Method: RequestMethods.Initialize } && !context.Request.Headers.ContainsKey(McpHeaders.SessionId);
        Session? session = null;
        var refusal = opens ? null : sessions.Find(context, out session);
        if (refusal is null)
        {
            session ??= await sessions.OpenAsync(context.User);
            await session.PostAsync(context, message);
        }

        return refusal;
    }

    private async Task ServeWithoutSessionAsync(HttpContext context, JsonRpcMessage message)
    {
        if (message is JsonRpcRequest request)
        {
            await servers.AnswerAsync(context, request);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted; // With nobody left that it could concern.
        }
    }

    private Refusal? CheckSessionRequest(HttpContext context, out Session? session)
    {
        session = null;
        var version = VersionOf(context);
        if (ProtocolRevisions.IsModern(version))
        {
            context.Response.Headers.Allow = HttpMethods.Post;

            return new(StatusCodes.Status405MethodNotAllowed, (int)McpErrorCode.InvalidRequest, $"Protocol version '{version}' has no sessions: use POST.");
        }

        return ProtocolRevisions.Check(version, Mode) ?? sessions.Find(context, out session);
    }
}
