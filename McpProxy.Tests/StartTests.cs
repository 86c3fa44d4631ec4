using System.Net;
using System.Net.Sockets;
using McpProxy.Tests.Infrastructure;

namespace McpProxy.Tests;

/// <summary>What happens when the program is started, rightly or wrongly.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Help_names_every_setting_and_its_default()
    {
        var (exitCode, output, _) = await ProxyProgram.RunAsync(["--help"]);

        Assert.Equal(0, exitCode);
        Assert.Contains("--stdio", output, StringComparison.Ordinal);
        Assert.Matches(@"MCP_SERVER_PORT\n.*Default: 3001\.", output);
        Assert.Contains("AGENT_SERVER_AUTH", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_is_a_version()
    {
        var (exitCode, output, _) = await ProxyProgram.RunAsync(["--version"]);

        Assert.Equal(0, exitCode);
        Assert.True(Version.TryParse(output.Trim(), out _), output);
    }

    [Theory]
    [InlineData("MCP_SERVER_PORT=0", "The field MCP_SERVER_PORT must be between 1 and 65535. It is '0'.")]
    [InlineData("MCP_SERVER_PORT=x", "MCP_SERVER_PORT must be a whole number. It is 'x'.")]
    [InlineData("MCP_SERVER_HOST=a b", "MCP_SERVER_HOST must be an IP address or a host name. It is 'a b'.")]
    [InlineData("MCP_TRANSPORT=pigeon", "MCP_TRANSPORT must be http or stdio. It is 'pigeon'.")]
    [InlineData("MCP_TRANSPORT=1", "MCP_TRANSPORT must be http or stdio. It is '1'.")]
    [InlineData("MCP_RESULT_TEXT=xml", "MCP_RESULT_TEXT must be text or json. It is 'xml'.")]
    [InlineData("MCP_CONNECTION_BACKEND=floppy", "MCP_CONNECTION_BACKEND must be local or redis or upstash. It is 'floppy'.")]
    [InlineData("MCP_CONNECTION_BACKEND=redis", "MCP_CONNECTION_BACKEND=redis needs ConnectionStrings__redis: where Redis is, for example localhost:6379.")]
    [InlineData("MCP_CONNECTION_BACKEND=upstash", "MCP_CONNECTION_BACKEND=upstash needs UPSTASH_REDIS_REST_URL: the REST URL that Upstash shows for the database.")]
    [InlineData("MCP_CONNECTION_BACKEND=redis ConnectionStrings__redis=host,passwort=secret", "ConnectionStrings__redis must be a StackExchange.Redis connection string such as host:6379,password=...,ssl=true, or a URL such as rediss://user:password@host:6379. In a URL, write # / ? @ and other special characters of a password as %23 %2F %3F %40.")]
    [InlineData("MCP_CONNECTION_BACKEND=upstash UPSTASH_REDIS_REST_URL=https://host", "MCP_CONNECTION_BACKEND=upstash needs UPSTASH_REDIS_REST_TOKEN: the REST token that Upstash shows for the database.")]
    [InlineData("MCP_CONNECTION_BACKEND=upstash UPSTASH_REDIS_REST_URL=host UPSTASH_REDIS_REST_TOKEN=x", "UPSTASH_REDIS_REST_URL must be a URL that begins with https://.")]
    [InlineData("MCP_AGENT_CONFLICTS=last", "MCP_AGENT_CONFLICTS must be refuse or first. It is 'last'.")]
    [InlineData("MCP_DYNAMIC_CONNECTIONS=perhaps", "MCP_DYNAMIC_CONNECTIONS must be true or false. It is 'perhaps'.")]
    [InlineData("MCP_CALL_TIMEOUT_SECONDS=0", "The field MCP_CALL_TIMEOUT_SECONDS must be between 1 and 86400. It is '0'.")]
    [InlineData("AGENT_SERVERS=http://ok ftp://not-ok", "AGENT_SERVERS holds an entry that is no agent server: it is not an absolute http:// or https:// URL. It is number 2 of 2.")]
    [InlineData("AGENT_SERVER_AUTH__x__Token=secret", "AGENT_SERVER_AUTH__x is for no server in AGENT_SERVERS. Set AGENT_SERVER_AUTH__x__Url to where these credentials may be sent.")]
    public async Task A_wrong_setting_stops_the_program_with_a_sentence_that_names_it(string setting, string sentence)
    {
        var (exitCode, output, error) = await ProxyProgram.RunAsync([], setting.StartsWith("MCP_CONNECTION_BACKEND", StringComparison.Ordinal) ? setting.Split(' ') : [setting]);

        Assert.Equal(1, exitCode);
        Assert.Equal(sentence, error.Trim());
        Assert.Empty(output);
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_the_program_with_a_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (exitCode, _, error) = await ProxyProgram.RunAsync([], [$"MCP_SERVER_PORT={port}"]);

        Assert.Equal(1, exitCode);
        Assert.Contains($"http://127.0.0.1:{port}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_wins_over_the_file_and_an_empty_setting_counts_as_none()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, ".env"), "MCP_SERVER_PORT=nonsense\nMCP_RESULT_TEXT=odd\nMCP_TRANSPORT=\n", TestContext.Current.CancellationToken);

            var (_, _, error) = await ProxyProgram.RunAsync([], ["MCP_SERVER_PORT=1x"], folder.FullName);

            Assert.Equal(
                ["MCP_SERVER_PORT must be a whole number. It is '1x'.", "MCP_RESULT_TEXT must be text or json. It is 'odd'."], error.Trim().Split('\n'));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
