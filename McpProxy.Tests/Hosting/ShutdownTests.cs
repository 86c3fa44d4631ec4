using System.Net;

namespace McpProxy.Tests.Hosting;

/// <summary>How the program ends when it is told to, whatever its clients do at that time.</summary>
public sealed class ShutdownTests : IAsyncLifetime
{
    // Less than a host waits by default, and more than a slow machine needs.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(20);

    private GatedAgentServer _agents = null!;

    public async ValueTask InitializeAsync() => _agents = await GatedAgentServer.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _agents.DisposeAsync();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Half_sent_requests_do_not_delay_the_end(string signal)
    {
        await using var proxy = await StartAsync("MCP_REQUEST_IDLE_SECONDS=600");
        using var head = await RawConnection.OpenAsync(proxy.Url);
        await head.SendAsync("POST /mcp HTTP/1.1\r\nHost: loc");
        using var body = await RawConnection.OpenAsync(proxy.Url);
        await body.SendAsync(RawConnection.Head(1000) + "half of it");
        await IsHeardAsync(proxy);

        await proxy.Program.SignalAsync(signal);

        Assert.Equal(0, await proxy.Program.ExitCodeAsync(_soon));
        var answer = await body.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("nothing was begun", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_finish_while_health_says_that_the_proxy_is_ending_and_new_ones_are_refused()
    {
        await using var proxy = await StartAsync();
        using var call = await CallAsync(proxy);

        await proxy.Program.SignalAsync("TERM");
        await Wait.UntilAsync(async () => await HealthAsync(proxy) is HttpStatusCode.ServiceUnavailable);
        using var late = await RawConnection.OpenAsync(proxy.Url);
        await late.SendAsync(RawConnection.Call("server0:gated"));

        Assert.StartsWith("HTTP/1.1 503 ", await late.ReadToAsync("jsonrpc"), StringComparison.Ordinal);
        _agents.LetOneGoOn();
        Assert.Contains(GatedAgentServer.Answer, await call.ReadToAsync("jsonrpc"), StringComparison.Ordinal);
        Assert.Equal(0, await proxy.Program.ExitCodeAsync(_soon));
    }

    [Fact]
    public async Task Calls_that_take_too_long_are_answered_when_they_are_cut_off()
    {
        await using var proxy = await StartAsync("MCP_SHUTDOWN_SECONDS=1");
        using var call = await CallAsync(proxy);

        await proxy.Program.SignalAsync("TERM");

        Assert.Contains("The proxy is being stopped", await call.ReadToAsync("jsonrpc"), StringComparison.Ordinal);
        Assert.Equal(0, await proxy.Program.ExitCodeAsync(_soon));
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once()
    {
        await using var proxy = await StartAsync("MCP_SHUTDOWN_SECONDS=3600");
        using var call = await CallAsync(proxy);

        await proxy.Program.SignalAsync("INT");
        await Wait.UntilAsync(async () => await HealthAsync(proxy) is HttpStatusCode.ServiceUnavailable);
        await proxy.Program.SignalAsync("TERM");

        Assert.Equal(143, await proxy.Program.ExitCodeAsync(_soon));
    }

    private Task<StartedProxy> StartAsync(params string[] settings)
        => StartedProxy.StartAsync([$"AGENT_SERVERS={_agents.MastraUrl}", "MCP_DISCOVERY_TIMEOUT_SECONDS=60", .. settings]);

    /// <summary>Calls an agent that answers only when it is let, and waits until it is at work.</summary>
    private async Task<RawConnection> CallAsync(StartedProxy proxy)
    {
        var (before, call) = (_agents.Calls, await RawConnection.OpenAsync(proxy.Url));
        await call.SendAsync(RawConnection.Call("server0:gated", "stream"));
        await Wait.UntilAsync(() => Task.FromResult(_agents.Calls > before), TimeSpan.FromSeconds(60));

        return call;
    }

    /// <summary>When this is answered, the proxy has received what was sent before it.</summary>
    private static async Task IsHeardAsync(StartedProxy proxy) => Assert.Equal(HttpStatusCode.OK, await HealthAsync(proxy));

    private static async Task<HttpStatusCode> HealthAsync(StartedProxy proxy)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(proxy.Url, "/health"), TestContext.Current.CancellationToken);

        return answer.StatusCode;
    }
}
