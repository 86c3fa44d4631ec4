using System.Net;
using ModelContextProtocol.AspNetCore;

namespace McpProxy.Tests.McpHttp;

public sealed class CancellationTests
{
    public static TheoryData<string> ErasWithoutSession { get; } = ["2025-11-25", McpRequest.Modern];

    [Theory(Timeout = McpHost.Patience)]
    [MemberData(nameof(ErasWithoutSession))]
    public async Task A_closed_connection_cancels_a_request_without_session(string era)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        using var client = new CancellationTokenSource();
        var call = host.SendAndLeaveAsync(Call(era, "work", "a"), client.Token);
        await host.Log.WaitForAsync("a started");

        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await host.Log.WaitForAsync("a cancelled");
    }

    [Theory(Timeout = McpHost.Patience)]
    [MemberData(nameof(ErasWithoutSession))]
    public async Task A_closed_connection_cancels_nobody_else_who_uses_the_same_id(string era)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        using var client = new CancellationTokenSource();
        var leaving = host.SendAndLeaveAsync(Call(era, "work", "a"), client.Token);
        await host.Log.WaitForAsync("a started");
        var staying = host.SendAsync(Call(era, "work", "b"));
        await host.Log.WaitForAsync("b started");

        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        await host.Log.WaitForAsync("a cancelled");
        host.Log.Add("b released");

        using var response = await staying;
        Assert.NotNull((await response.ReadMessageAsync())["result"]);
    }

    [Theory(Timeout = McpHost.Patience)]
    [MemberData(nameof(ErasWithoutSession))]
    public async Task A_reply_to_a_client_that_is_gone_does_no_harm(string era)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        using var client = new CancellationTokenSource();
        var call = host.SendAndLeaveAsync(Call(era, "ignore", "a"), client.Token);
        await host.Log.WaitForAsync("a started");
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await host.Log.WaitForAsync("client gone");

        host.Log.Add("a released");
        await host.Log.WaitForAsync("a done");

        foreach (var text in Enumerable.Range(0, 50).Select(number => $"{number}"))
        {
            using var response = await host.SendAsync(McpRequest.ModernCall("echo", new { text }));
            Assert.Equal(text, (string?)(await response.ReadMessageAsync())["result"]!["content"]![0]!["text"]);
        }
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task Nobody_can_cancel_the_request_of_somebody_else_that_has_no_session()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        var call = host.SendAsync(Call("2025-11-25", "work", "a"));
        await host.Log.WaitForAsync("a started");

        using var cancelled = await host.SendAsync(McpRequest.Legacy("notifications/cancelled", new { requestId = 1 }));
        host.Log.Add("a released");

        using var response = await call;
        Assert.NotNull((await response.ReadMessageAsync())["result"]);
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task A_session_cancels_when_told_so_and_closes_the_request()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.StatefulForInitializeClients);
        var session = await host.InitializeAsync();
        var call = host.SendAsync(McpRequest.Legacy("tools/call", Arguments("work", "a"), id: "mine", session));
        await host.Log.WaitForAsync("a started");

        using var cancelled = await host.SendAsync(McpRequest.Legacy("notifications/cancelled", new { requestId = "mine" }, session: session));

        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
        await host.Log.WaitForAsync("a cancelled");
        using var response = await call;
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task A_closed_connection_cancels_nothing_in_a_session()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.StatefulForInitializeClients);
        var session = await host.InitializeAsync();
        using var client = new CancellationTokenSource();
        var call = host.SendAndLeaveAsync(McpRequest.Legacy("tools/call", Arguments("work", "a"), id: 1, session), client.Token);
        await host.Log.WaitForAsync("a started");
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await host.Log.WaitForAsync("client gone");
        using var ping = await host.SendAsync(McpRequest.Legacy("ping", new { }, id: 2, session));

        host.Log.Add("a released");

        await host.Log.WaitForAsync("a done");
    }

    private static HttpRequestMessage Call(string era, string tool, string name) => era == McpRequest.Modern
        ? McpRequest.ModernCall(tool, new { name })
        : McpRequest.Legacy("tools/call", Arguments(tool, name), id: 1);

    private static object Arguments(string tool, string name) => new { name = tool, arguments = new { name } };
}
