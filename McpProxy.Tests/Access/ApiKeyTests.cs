using System.Net;
using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Access;

/// <summary>Who gets in when keys are asked for.</summary>
public sealed class ApiKeyTests
{
    private static readonly string _hashed = $"sha256:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("newer-key")))}";

    [Theory]
    [InlineData("Authorization", "Bearer older-key")]
    [InlineData("authorization", "bearer newer-key")]
    [InlineData("x-api-key", "older-key")]
    [InlineData("X-Api-Key", "newer-key")]
    public async Task Whoever_shows_one_of_the_keys_gets_in(string header, string value)
    {
        await using var proxy = await Proxy.StartAsync($"MCP_API_KEYS=older-key,{_hashed}");
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new() { Endpoint = proxy.Endpoint, AdditionalHeaders = new Dictionary<string, string> { [header] = value } }),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0, (await client.FieldsAsync("listAgents")).Get("summary", "totalServers").GetInt32());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("Authorization", "Bearer wrong")]
    [InlineData("Authorization", "Basic older-key")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("x-api-key", "older-key ,newer-key")]
    [InlineData("x-api-key", "the hash itself")]
    public async Task Whoever_shows_none_of_the_keys_stays_out(string? header, string? value)
    {
        await using var proxy = await Proxy.StartAsync($"MCP_API_KEYS=older-key {_hashed}");
        using var http = new HttpClient { BaseAddress = proxy.Url };
        if (header is not null)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation(header, value is "the hash itself" ? _hashed : value);
        }

        foreach (var path in new[] { "/mcp", "/status", "/mcp/sse" })
        {
            using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        }

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode);
        Assert.DoesNotContain("older-key", proxy.Logs.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_whose_hash_is_malformed_stops_the_program()
    {
        var (exitCode, _, error) = await ProxyProgram.RunAsync([], ["MCP_API_KEYS=sha256:abc"]);

        Assert.Equal(1, exitCode);
        Assert.Equal("MCP_API_KEYS holds a key that begins with sha256: but goes on with something else than 64 hexadecimal digits.", error.Trim());
    }
}
