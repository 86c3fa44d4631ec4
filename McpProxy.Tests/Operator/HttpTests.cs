using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace McpProxy.Tests.Operator;

/// <summary>What the proxy answers over HTTP, beside the protocol itself.</summary>
public sealed class HttpTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Says_that_it_is_well(string path)
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var answer = await http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

        Assert.Equal("healthy", answer.Get("status").GetString());
    }

    [Fact]
    public async Task Tells_about_itself_its_servers_and_their_agents()
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var status = await http.GetFromJsonAsync<JsonElement>("/status", TestContext.Current.CancellationToken);

        Assert.Equal("mcp-agent-proxy", status.Get("service").GetString());
        Assert.True(Version.TryParse(status.Get("version").GetString(), out _));
        Assert.Equal("local", status.Get("backend").GetString());
        Assert.Equal("healthy", status.Get("connections", "state").GetString());
        Assert.Equal("/mcp", status.Get("endpoints", "mcp").GetString());
        Assert.Equal(2, status.Get("agents", "serverAgents").GetArrayLength());
        Assert.Equal(10, status.Get("agents", "summary", "totalAgents").GetInt32());
        Assert.Equal(
            ["callAgent", "cancelAgentRun", "connectServer", "describeAgent", "disconnectServer", "getAgentRun", "listAgents"],
            status.Get("tools").EnumerateArray().Select(tool => tool.GetString()));
    }

    [Theory]
    [InlineData("/mcp/sse")]
    [InlineData("/mcp/message")]
    public async Task Sends_clients_of_the_former_transport_to_the_present_one(string path)
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var response = await http.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Contains("/mcp", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_people_where_to_go()
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var page = await http.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Contains("/mcp", page, StringComparison.Ordinal);
        foreach (Match link in Regex.Matches(page, "href=\"([^\"]+)\""))
        {
            using var response = await http.GetAsync(link.Groups[1].Value, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Serves_one_path_for_both_of_the_former_transport()
    {
        await using var proxy = await Proxy.StartAsync("MCP_SSE_PATH=/sse", "MCP_MESSAGE_PATH=/SSE/");
        using var http = new HttpClient { BaseAddress = proxy.Url };

        Assert.Equal(HttpStatusCode.Gone, (await http.GetAsync("/sse", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("GET // HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /%ZZ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task Survives_requests_that_make_no_sense(string request)
    {
        Assert.Matches("^HTTP/1.1 4\\d\\d ", await RawConnection.AskAsync(fixture.Proxy.Url, request));
        Assert.StartsWith(
            "HTTP/1.1 200",
            await RawConnection.AskAsync(fixture.Proxy.Url, "GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            StringComparison.Ordinal);
    }
}
