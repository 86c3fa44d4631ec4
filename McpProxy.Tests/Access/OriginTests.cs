using System.Net;
using System.Text;

namespace McpProxy.Tests.Access;

/// <summary>Which web pages may call the proxy.</summary>
public sealed class OriginTests
{
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";

    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("http://localhost:5173", HttpStatusCode.OK)]
    [InlineData("http://127.0.0.1", HttpStatusCode.OK)]
    [InlineData("https://app.example", HttpStatusCode.OK)]
    [InlineData("http://app.example:8080", HttpStatusCode.OK)]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("https://app.example.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("file://", HttpStatusCode.Forbidden)]
    public async Task Lets_in_the_web_pages_it_was_told_to_and_no_others(string? origin, HttpStatusCode expected)
    {
        await using var proxy = await Proxy.StartAsync("MCP_ALLOWED_ORIGINS=app.example, other.example");
        using var http = new HttpClient { BaseAddress = proxy.Url };

        foreach (var path in new[] { "/mcp", "/status", "/health" })
        {
            using var request = new HttpRequestMessage(path is "/mcp" ? HttpMethod.Post : HttpMethod.Get, path);
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            if (path is "/mcp")
            {
                request.Headers.Add("Accept", "application/json, text/event-stream");
                request.Content = new StringContent(Ping, Encoding.UTF8, "application/json");
            }

            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(expected, response.StatusCode);
            Assert.Equal(origin is not null && expected is HttpStatusCode.OK, response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Theory]
    [InlineData(true, "https://proxy.example", HttpStatusCode.OK)]
    [InlineData(true, "http://proxy.example:8080", HttpStatusCode.Forbidden)]
    [InlineData(true, "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData(true, "null", HttpStatusCode.Forbidden)]
    [InlineData(false, "https://proxy.example", HttpStatusCode.Forbidden)]
    public async Task Lets_in_its_own_page_under_the_name_it_is_asked_for(bool hasPage, string origin, HttpStatusCode expected)
    {
        await using var proxy = await Proxy.StartAsync($"MCP_CONSOLE={hasPage}", "MCP_API_KEYS=key", "AllowedHosts=proxy.example");
        using var http = new HttpClient
        {
            BaseAddress = proxy.Url,
            DefaultRequestHeaders = { { "Host", "proxy.example" }, { "Origin", origin }, { "x-api-key", "key" } },
        };

        using var response = await http.GetAsync("/status", TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("http://app.example", "http://app.example", true)]
    [InlineData("http://app.example/", "http://app.example:80", true)]
    [InlineData("http://app.example", "https://app.example", false)]
    [InlineData("http://app.example", "http://app.example:8080", false)]
    [InlineData("https://app.example:8443", "https://app.example:8443", true)]
    [InlineData("https://app.example:8443", "http://app.example:8443", false)]
    [InlineData("https://*.example", "https://app.example", true)]
    [InlineData("https://*.example", "http://app.example", false)]
    [InlineData("*", "https://anything.example:81", true)]
    [InlineData("*", "null", false)]
    [InlineData("*.example", "https://app.example", true)]
    [InlineData("*.example", "https://example", false)]
    [InlineData("*.example", "https://app.example.evil", false)]
    [InlineData("app.example:8080", "http://app.example:8080", true)]
    [InlineData("app.example:8080", "http://app.example", false)]
    public async Task Understands_the_ways_in_which_web_pages_are_written(string allowed, string origin, bool expected)
    {
        await using var proxy = await Proxy.StartAsync($"MCP_ALLOWED_ORIGINS={allowed}");
        using var http = new HttpClient { BaseAddress = proxy.Url, DefaultRequestHeaders = { { "Origin", origin } } };

        using var response = await http.GetAsync("/alive", TestContext.Current.CancellationToken);

        Assert.Equal(expected ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
    }
}
