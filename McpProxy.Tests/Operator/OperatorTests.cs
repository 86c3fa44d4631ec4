using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace McpProxy.Tests.Operator;

/// <summary>What people and monitoring see of the proxy.</summary>
public sealed class OperatorTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Reports_its_health(string path)
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var answer = await http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

        Assert.Equal("healthy", answer.Get("status").GetString());
    }

    [Fact]
    public async Task Status_describes_the_proxy_its_servers_and_their_agents()
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Url };

        var status = await http.GetFromJsonAsync<JsonElement>("/status", TestContext.Current.CancellationToken);

        Assert.Equal("mcp-agent-proxy", status.Get("service").GetString());
        Assert.True(Version.TryParse(status.Get("version").GetString(), out _));
        Assert.Equal("local", status.Get("backend").GetString());
        Assert.Equal("healthy", status.Get("connections", "state").GetString());
        Assert.Equal("/mcp", status.Get("endpoints", "mcp").GetString());
        Assert.Equal(2, status.Get("agents", "serverAgents").GetArrayLength());
        Assert.Equal(12, status.Get("agents", "summary", "totalAgents").GetInt32());
        Assert.Equal(
            ["callAgent", "cancelAgentRun", "connectServer", "describeAgent", "disconnectServer", "getAgentRun", "listAgents"],
            status.Get("tools").EnumerateArray().Select(tool => tool.GetString()));
    }

    [Fact]
    public async Task The_landing_page_links_only_to_pages_that_exist()
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
}
