namespace McpProxy.Tests.Access;

/// <summary>The names that the proxy answers to, which depend on who can reach it: a web page can give its own name any address.</summary>
public sealed class HostNameTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("http://127.0.0.2:0", "127.0.0.2")]
    [InlineData("http://[::ffff:127.0.0.1]:0", "127.0.0.1")]
    [InlineData("http://proxy.localhost:0", "127.0.0.1")]
    public async Task Counts_as_loopback_and_answers_to_its_address_wherever_on_loopback_it_listens(string url, string address)
    {
        var proxyUrl = url.Contains("localhost", StringComparison.Ordinal) ? url.Replace(":0", $":{FreePort.Next()}", StringComparison.Ordinal) : url;
        await using var proxy = await Proxy.StartAsync($"urls={proxyUrl}");
        await using var client = await Proxy.CreateClientAsync(new Uri($"http://{address}:{proxy.Url.Port}/mcp"));

        var failure = await client.FailureAsync("connectServer", new { serverUrl = "http://127.0.0.1:9" });

        Assert.Contains("could not be reached", failure, StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 400", await RawConnection.AskAsync(new($"http://{address}:{proxy.Url.Port}"), Alive("evil.example")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", "200")]
    [InlineData("10.1.2.3:3001", "200")]
    [InlineData("[fd00::1]", "200")]
    [InlineData("proxy:8080", "200")]
    [InlineData("proxy.agents.svc.cluster.local", "200")]
    [InlineData("host.docker.internal", "200")]
    [InlineData("evil.example", "400")]
    [InlineData("evil.example.", "400")]
    [InlineData("10.1.2.3.evil.example", "400")]
    public async Task Answers_to_no_public_name_while_everybody_may_come_in(string host, string expected)
    {
        await using var proxy = await Proxy.StartAsync("urls=http://0.0.0.0:0", "MCP_ALLOW_ANONYMOUS=true");
        var url = new Uri($"http://127.0.0.1:{proxy.Url.Port}");

        foreach (var path in new[] { "/", "/status", "/alive", "/mcp/sse" })
        {
            var answer = await RawConnection.AskAsync(url, $"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

            Assert.StartsWith($"HTTP/1.1 {(path is "/mcp/sse" && expected is "200" ? "410" : expected)}", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answers_to_public_names_that_it_was_told_and_to_any_when_it_asks_for_keys()
    {
        await using var named = await Proxy.StartAsync("urls=http://0.0.0.0:0", "AllowedHosts=agents.example", "MCP_ALLOW_ANONYMOUS=true");
        await using var locked = await Proxy.StartAsync("urls=http://0.0.0.0:0", "MCP_API_KEYS=key");

        Assert.StartsWith("HTTP/1.1 200", await AskAsync(named, "agents.example"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", await AskAsync(named, "evil.example"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(locked, "agents.example"), StringComparison.Ordinal);

        static Task<string> AskAsync(Proxy proxy, string host) => RawConnection.AskAsync(new($"http://127.0.0.1:{proxy.Url.Port}"), Alive(host));
    }

    [Theory]
    [InlineData("MCP_SERVER_HOST=0.0.0.0")]
    [InlineData("ASPNETCORE_URLS=http://*:0")]
    [InlineData("ASPNETCORE_HTTP_PORTS=8080")]
    [InlineData("Kestrel__Endpoints__Open__Url=http://0.0.0.0:0")]
    public async Task Does_not_start_where_other_machines_reach_it_while_nobody_is_asked_who_they_are(string setting)
    {
        var (exitCode, _, error) = await ProxyProgram.RunAsync([], [setting]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Other machines can reach the proxy where it is to listen, and it asks nobody who they are.", error, StringComparison.Ordinal);
        Assert.Contains("MCP_API_KEYS", error, StringComparison.Ordinal);
        Assert.Contains("MCP_ALLOW_ANONYMOUS=true", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_as_open_when_other_machines_reach_one_of_its_addresses()
    {
        await using var proxy = await Proxy.StartAsync("urls=http://*:0", "MCP_ALLOW_ANONYMOUS=true");
        await using var client = await Proxy.CreateClientAsync(new Uri($"http://127.0.0.1:{proxy.Url.Port}/mcp"));

        Assert.Contains("MCP_ALLOWED_SERVERS", await client.FailureAsync("connectServer", new { serverUrl = "http://127.0.0.1:9" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", "200")]
    [InlineData("127.0.0.1:80", "200")]
    [InlineData("[::1]", "200")]
    [InlineData("evil.example", "400")]
    [InlineData("127.0.0.1.evil.example", "400")]
    [InlineData("a b", "400")]
    public async Task Answers_to_its_own_names_only(string host, string expected)
        => Assert.StartsWith($"HTTP/1.1 {expected}", await RawConnection.AskAsync(fixture.Proxy.Url, Alive(host)), StringComparison.Ordinal);

    private static string Alive(string host) => $"GET /alive HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";
}
