using System.Net.Http.Json;

namespace McpProxy.Tests.Telemetry;

/// <summary>The log that an operator reads, of the program in front of the sample agent server and of one that is down.</summary>
public sealed class LogTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>, IAsyncLifetime
{
    private StartedProxy _proxy = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _proxy = await StartedProxy.StartAsync(
            $"AGENT_SERVERS={fixture.MastraUrl} http://127.0.0.1:9",
            "MCP_DISCOVERY_TIMEOUT_SECONDS=60",
            "MCP_SERVER_PROT=3002",
            "AGENT_SERVER_AUTH__server0__Tokn=canary",
            "AGENT_SERVER_AUTH_server0_Token=canary",
            "MCP_TOOL_TIMEOUT=7");
        await Wait.UntilAsync(() => Lines("MCP endpoint").Count > 0 && Lines(" server0 ").Count > 0 && Lines(" server1 ").Count > 0);
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [Fact]
    public async Task The_start_says_how_every_agent_server_is_and_later_only_what_has_changed()
    {
        Assert.Matches(@"info: .* Agent server server0 at 127\.0\.0\.1:\d+ is online: type mastra, 6 agents\.$", Assert.Single(Lines(" server0 ")));
        Assert.EndsWith(
            "Can't use server1 at 127.0.0.1:9: Agent server 'server1' could not be reached. Check that it is running.",
            Assert.Single(Lines(" server1 ")),
            StringComparison.Ordinal);

        await using var client = await Proxy.CreateClientAsync(_proxy.Endpoint);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1, (await client.FieldsAsync("listAgents")).Get("summary", "onlineServers").GetInt32());
        }

        await client.AskAsync("server0:echoAgent", "the last line");
        await Wait.UntilAsync(() => Lines("echoAgent").Count > 0);

        Assert.Single(Lines("Can't use"));
        Assert.Single(Lines("is online"));
    }

    [Fact]
    public void The_start_says_which_settings_look_misspelled()
    {
        Assert.EndsWith(
            "MCP_SERVER_PROT is no setting and has no effect. Did you mean 'MCP_SERVER_PORT'?",
            Assert.Single(Lines("MCP_SERVER_PROT")),
            StringComparison.Ordinal);
        Assert.EndsWith("has no effect. Did you mean 'Token'?", Assert.Single(Lines("AGENT_SERVER_AUTH__server0__Tokn")), StringComparison.Ordinal);
        Assert.Contains("two underscores", Assert.Single(Lines("AGENT_SERVER_AUTH_server0_Token")), StringComparison.Ordinal);
        Assert.Empty(Lines("MCP_TOOL_TIMEOUT"));
        Assert.Empty(Lines("canary"));
    }

    [Fact]
    public async Task A_call_is_one_line_with_its_time_and_cost_and_without_what_was_said()
    {
        await using var client = await Proxy.CreateClientAsync(_proxy.Endpoint);

        await client.AskAsync("server0:echoAgent", "a private matter");
        await client.AskAsync("server0:nobody", "a private matter");
        await Wait.UntilAsync(() => Lines("nobody").Count > 0);

        Assert.Matches(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: .* call server0:echoAgent for anyone \(Operator\): answered after \d+ ms, "
            + @"\d+ bytes, \d+ tokens in, \d+ out, trace \S+\.$",
            Assert.Single(Lines("echoAgent")));
        Assert.Matches(@" call server0:nobody for anyone \(Operator\): failed \(\w+\) after \d+ ms, 0 bytes, trace \S+\.$", Assert.Single(Lines("nobody")));
        Assert.Empty(Lines("private"));
        Assert.Empty(Lines("   at "));
    }

    [Fact]
    public async Task What_callers_write_is_logged_once_short_and_clean()
    {
        using var http = new HttpClient { DefaultRequestHeaders = { { "Accept", "application/json, text/event-stream" } } };
        foreach (var (method, name) in new[] { ("tools/call", Canary(150)), ("tools/call", Canary(1_000_000)), (Canary(1_000_000), "x") })
        {
            await http.PostAsJsonAsync(
                _proxy.Endpoint, new { jsonrpc = "2.0", id = 1, method, @params = new { name, arguments = new { } } }, CancellationToken);
        }

        await using var client = await Proxy.CreateClientAsync(_proxy.Endpoint);
        await client.AskAsync($"server0:agent\u001b[31m{new string('x', 100_000)}", "hi");
        await Wait.UntilAsync(() => Lines("server0:agent[31m").Count > 0);

        // A name that is too long is refused before it is logged.
        Assert.Single(Lines("canary"));
        Assert.Empty(Lines("\u001b"));
        Assert.Empty(Lines("   at "));
        Assert.All(_proxy.Program.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 1500));
    }

    private static string Canary(int length) => $"canary\u001b[31m\r\n{new string('x', length)}";

    private IReadOnlyList<string> Lines(string text)
        => [.. _proxy.Program.Output.Split('\n').Where(line => line.Contains(text, StringComparison.Ordinal))];
}
