using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace McpProxy.Tests.McpHttp;

#pragma warning disable MCP9006 // Sessions are legacy, and clients that have them are still served.
public sealed class SessionTests
{
    [Fact(Timeout = McpHost.Patience)]
    public async Task Lives_from_initialize_to_DELETE()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.StatefulForInitializeClients);

        var session = await host.InitializeAsync();
        var living = await PingAsync(host, session);
        using var deleted = await host.SendAsync(new(HttpMethod.Delete, "") { Headers = { { "Mcp-Session-Id", session } } });

        Assert.All(session, character => Assert.InRange(character, '!', '~'));
        Assert.Equal(HttpStatusCode.OK, living);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await PingAsync(host, session));
        Assert.NotEqual(session, await host.InitializeAsync());
    }

    [Theory(Timeout = McpHost.Patience)]
    [InlineData(null, HttpStatusCode.BadRequest, -32000)]
    [InlineData("unknown", HttpStatusCode.NotFound, -32001)]
    public async Task Is_needed_for_everything_but_initialize(string? session, HttpStatusCode status, int code)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.StatefulForInitializeClients);

        using var response = await host.SendAsync(McpRequest.Legacy("tools/list", new { }, id: "mine", session));
        var message = await response.ReadMessageAsync();

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, (int)message["error"]!["code"]!);
        Assert.Equal("mine", (string?)message["id"]);
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task Is_not_given_out_when_stateless_nor_is_news_promised()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);

        using var response = await host.SendAsync(McpRequest.Initialize());
        var capabilities = (await response.ReadMessageAsync())["result"]!["capabilities"]!;

        Assert.False(response.Headers.Contains("Mcp-Session-Id"));
        Assert.Empty(capabilities["tools"]!.AsObject());
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task Belongs_to_the_user_who_opened_it()
    {
        await using var host = await McpHost.StartAsync(
            options => options.SessionMode = HttpServerSessionMode.Stateful,
            addMiddleware: app => app.Use((context, next) =>
            {
                var user = context.Request.Headers["X-User"].ToString();
                context.User = new(new ClaimsIdentity(user.Length == 0 ? [] : [new("sub", user)], user.Length == 0 ? null : "test"));

                return next();
            }));
        using var opened = await host.SendAsync(As("ann", McpRequest.Initialize()));
        var session = opened.Headers.GetValues("Mcp-Session-Id").Single();

        using var own = await host.SendAsync(As("ann", McpRequest.Legacy("ping", new { }, id: 1, session)));
        using var foreign = await host.SendAsync(As("bob", McpRequest.Legacy("ping", new { }, id: 1, session)));

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await PingAsync(host, session));

        static HttpRequestMessage As(string user, HttpRequestMessage request)
        {
            request.Headers.Add("X-User", user);

            return request;
        }
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task Sends_news_to_the_GET_that_was_opened_last()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.StatefulForInitializeClients);
        var session = await host.InitializeAsync();

        using var first = await host.SendAsync(Get(session));
        using var second = await host.SendAsync(Get(session));
        Assert.Empty(await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await using (var events = await StreamTests.OpenAsync(second))
        {
            host.Tools.Add(McpServerTool.Create(() => "new", new() { Name = "new" }));
            Assert.Equal("notifications/tools/list_changed", (string?)(await StreamTests.NextAsync(events))["method"]);
        }

        second.Dispose();
        using var third = await host.SendAsync(Get(session));
        await using var reopened = await StreamTests.OpenAsync(third);
        host.Tools.Add(McpServerTool.Create(() => "newer", new() { Name = "newer" }));
        Assert.Equal("notifications/tools/list_changed", (string?)(await StreamTests.NextAsync(reopened))["method"]);
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task Ends_when_nobody_has_used_it_for_long()
    {
        var time = new ManualTime();
        await using var host = await McpHost.StartAsync(options =>
        {
            options.SessionMode = HttpServerSessionMode.Stateful;
            options.TimeProvider = time;
            options.IdleTimeout = TimeSpan.FromHours(1);
        });
        var unused = await host.InitializeAsync();
        var listening = await host.InitializeAsync();
        using var stream = await host.SendAsync(Get(listening));

        time.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal(HttpStatusCode.NotFound, await PingAsync(host, unused));
        Assert.Equal(HttpStatusCode.OK, await PingAsync(host, listening));
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task Makes_room_for_others_when_it_is_idle_the_longest()
    {
        var time = new ManualTime();
        await using var host = await McpHost.StartAsync(options =>
        {
            options.SessionMode = HttpServerSessionMode.Stateful;
            options.TimeProvider = time;
            options.MaxIdleSessionCount = 2;
        });
        var sessions = new List<string>();
        while (sessions.Count < 3)
        {
            sessions.Add(await host.InitializeAsync());
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(HttpStatusCode.NotFound, await PingAsync(host, sessions[0]));
        Assert.Equal(HttpStatusCode.OK, await PingAsync(host, sessions[1]));
        Assert.Equal(HttpStatusCode.OK, await PingAsync(host, sessions[2]));
    }

    internal static HttpRequestMessage Get(string session) => new(HttpMethod.Get, "")
    {
        Headers = { { "Accept", "text/event-stream" }, { "Mcp-Session-Id", session } },
    };

    private static async Task<HttpStatusCode> PingAsync(McpHost host, string session)
    {
        using var response = await host.SendAsync(McpRequest.Legacy("ping", new { }, id: 1, session));

        return response.StatusCode;
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _now, (long)(time.TotalSeconds * TimestampFrequency));
    }
}
