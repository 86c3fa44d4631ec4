namespace McpProxy.Tests.Configuration;

/// <summary>How the program is started with options and settings, and which sentence it stops with when one is wrong.</summary>
public sealed class StartTests
{
    private const string UrlsSentence =
        "ASPNETCORE_URLS must be URLs such as http://127.0.0.1:3001, separated by semicolons, whose host is an address of this machine, localhost or *.";

    private const string HostSentence = "MCP_SERVER_HOST must be an address of this machine, a name that leads to one, or localhost. It is ";

    private const string LogLevelSentence = "must be Trace or Debug or Information or Warning or Error or Critical or None. It is 'Loud'.";

    [Fact]
    public async Task Help_names_every_setting_and_its_default()
    {
        var (exitCode, output, _) = await ProxyProgram.RunAsync(["--help"]);

        Assert.Equal(0, exitCode);
        Assert.Contains("--stdio", output, StringComparison.Ordinal);
        Assert.Matches(@"MCP_SERVER_PORT\n.*Default: 3001\.", output);
        Assert.Contains("AGENT_SERVER_AUTH", output, StringComparison.Ordinal);
        Assert.Contains($"Usage: {string.Join(' ', ProxyProgram.Words.Select(Path.GetFileName))} [", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_the_command_of_those_who_run_the_project()
    {
        // `dotnet run` sets it.
        var (_, output, _) = await ProxyProgram.RunAsync(["--help"], ["DOTNET_LAUNCH_PROFILE=http"]);

        Assert.Contains("Usage: dotnet run --project McpProxy.Api -- [--stdio", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_is_a_version()
    {
        var (exitCode, output, _) = await ProxyProgram.RunAsync(["--version"]);

        Assert.Equal(0, exitCode);
        Assert.True(Version.TryParse(output.Trim(), out _), output);
    }

    [Theory]
    [InlineData("MCP_MAX_RESPONSE_BYTES=2147483648", "The field MCP_MAX_RESPONSE_BYTES must be between 1024 and 1073741824. It is '2147483648'.")]
    [InlineData("MCP_SERVER_PORT=0", "The field MCP_SERVER_PORT must be between 1 and 65535. It is '0'.")]
    [InlineData("MCP_SERVER_PORT=x", "MCP_SERVER_PORT must be a whole number. It is 'x'.")]
    [InlineData("MCP_SERVER_HOST=a b", HostSentence + "'a b'.")]
    [InlineData("MCP_SERVER_HOST=locahost", HostSentence + "'locahost'.")]
    [InlineData("MCP_SERVER_HOST=127.0.0.256", HostSentence + "'127.0.0.256'.")]
    [InlineData("MCP_SERVER_HOST=192.0.2.77", HostSentence + "'192.0.2.77'.")]
    [InlineData("MCP_SERVER_HOST=127.0.0.1/x", HostSentence + "'127.0.0.1/x'.")]
    [InlineData("ASPNETCORE_URLS=http://loopback:1", UrlsSentence)]
    [InlineData("ASPNETCORE_URLS=http://127.0.0.1:1;http://192.0.2.77:1", UrlsSentence)]
    [InlineData("ASPNETCORE_URLS=http://127.0.0.1:1/base", UrlsSentence)]
    [InlineData("ASPNETCORE_URLS=garbage", UrlsSentence)]
    [InlineData("MCP_SSE_PATH={x", "MCP_SSE_PATH must be a path such as /mcp/sse that the proxy does not use itself. It is '{x'.")]
    [InlineData("MCP_SSE_PATH=/Health/", "MCP_SSE_PATH must be a path such as /mcp/sse that the proxy does not use itself. It is '/Health/'.")]
    [InlineData("MCP_MESSAGE_PATH=/", "MCP_MESSAGE_PATH must be a path such as /mcp/sse that the proxy does not use itself. It is '/'.")]
    [InlineData(
        "MCP_ALLOWED_ORIGINS=app.example ftp://x",
        "MCP_ALLOWED_ORIGINS holds an entry that names no web page. Write host, host:port, *.domain, https://host:port, or * for every page. "
        + "It is number 2 of 2.")]
    [InlineData("MCP_API_KEYS=,", "MCP_API_KEYS holds no key, so it would let everybody in. Leave it out if that is meant.")]
    [InlineData("Logging__LogLevel__Default=Loud", "Logging__LogLevel__Default " + LogLevelSentence)]
    [InlineData("Logging__Console__LogLevel__McpProxy=Loud", "Logging__Console__LogLevel__McpProxy " + LogLevelSentence)]
    [InlineData("MCP_TRANSPORT=http,stdio", "MCP_TRANSPORT must be http or stdio. It is 'http,stdio'.")]
    [InlineData(
        "AGENT_SERVERS=http://0.0.0.0",
        "AGENT_SERVERS can't hold server0: it leads to the unspecified address, where the proxy never connects. "
        + "Use an address at which an agent server really listens.")]
    [InlineData("MCP_TRANSPORT=pigeon", "MCP_TRANSPORT must be http or stdio. It is 'pigeon'.")]
    [InlineData("MCP_TRANSPORT=1", "MCP_TRANSPORT must be http or stdio. It is '1'.")]
    [InlineData("MCP_RESULT_TEXT=xml", "MCP_RESULT_TEXT must be text or json. It is 'xml'.")]
    [InlineData("MCP_CONNECTION_BACKEND=floppy", "MCP_CONNECTION_BACKEND must be local or redis or upstash. It is 'floppy'.")]
    [InlineData("MCP_CONNECTION_BACKEND=redis", "MCP_CONNECTION_BACKEND=redis needs ConnectionStrings__redis: where Redis is, for example localhost:6379.")]
    [InlineData(
        "MCP_CONNECTION_BACKEND=upstash",
        "MCP_CONNECTION_BACKEND=upstash needs UPSTASH_REDIS_REST_URL: the REST URL that Upstash shows for the database.")]
    [InlineData(
        "MCP_CONNECTION_BACKEND=redis ConnectionStrings__redis=host,passwort=secret",
        "ConnectionStrings__redis must be a StackExchange.Redis connection string such as host:6379,password=...,ssl=true, "
        + "or a URL such as rediss://user:password@host:6379. In a URL, write # / ? @ and other special characters of a password as %23 %2F %3F %40.")]
    [InlineData(
        "MCP_CONNECTION_BACKEND=upstash UPSTASH_REDIS_REST_URL=https://host",
        "MCP_CONNECTION_BACKEND=upstash needs UPSTASH_REDIS_REST_TOKEN: the REST token that Upstash shows for the database.")]
    [InlineData(
        "MCP_CONNECTION_BACKEND=upstash UPSTASH_REDIS_REST_URL=host UPSTASH_REDIS_REST_TOKEN=x",
        "UPSTASH_REDIS_REST_URL must be a URL that begins with https://.")]
    [InlineData("MCP_AGENT_CONFLICTS=last", "MCP_AGENT_CONFLICTS must be refuse or first. It is 'last'.")]
    [InlineData("MCP_DYNAMIC_CONNECTIONS=perhaps", "MCP_DYNAMIC_CONNECTIONS must be true or false. It is 'perhaps'.")]
    [InlineData("MCP_CALL_TIMEOUT_SECONDS=0", "The field MCP_CALL_TIMEOUT_SECONDS must be between 1 and 86400. It is '0'.")]
    [InlineData(
        "AGENT_SERVERS=http://ok ftp://not-ok",
        "AGENT_SERVERS holds an entry that is no agent server: it is not an absolute http:// or https:// URL. It is number 2 of 2.")]
    [InlineData(
        "AGENT_SERVER_AUTH__x__Token=secret",
        "AGENT_SERVER_AUTH__x is for no server in AGENT_SERVERS. Set AGENT_SERVER_AUTH__x__Url to where these credentials may be sent.")]
    public async Task A_wrong_setting_stops_the_program_with_a_sentence_that_names_it(string setting, string sentence)
    {
        var (exitCode, output, error) = await ProxyProgram.RunAsync(
            [], setting.StartsWith("MCP_CONNECTION_BACKEND", StringComparison.Ordinal) ? setting.Split(' ') : [setting]);

        Assert.Equal(1, exitCode);
        Assert.Equal(sentence, error.Trim());
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("--prot 3002", "There is no such option. It is '--prot'. Did you mean '--port'? --help shows what there is.")]
    [InlineData("--MCP_SERVER_PROT=3002", "There is no such option. It is '--MCP_SERVER_PROT'. Did you mean '--MCP_SERVER_PORT'? --help shows what there is.")]
    [InlineData("serve", "There is no such option. It is 'serve'. --help shows what there is.")]
    [InlineData("--port", "--port needs a value: --port=...")]
    [InlineData("--stdio --port 0", "The field MCP_SERVER_PORT must be between 1 and 65535. It is '0'.")]
    [InlineData("--port=0", "The field MCP_SERVER_PORT must be between 1 and 65535. It is '0'.")]
    [InlineData("--host locahost", HostSentence + "'locahost'.")]
    [InlineData("--Logging__LogLevel__Default=Loud", "Logging__LogLevel__Default " + LogLevelSentence)]
    public async Task Every_option_is_known_or_refused(string arguments, string sentence)
    {
        var (exitCode, output, error) = await ProxyProgram.RunAsync(arguments.Split(' '));

        Assert.Equal(1, exitCode);
        Assert.Equal(sentence, error.Trim());
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("MCP_SERVER_HOST", "http://me:canary@host")]
    [InlineData("MCP_SERVER_PORT", "redis://me:canary@host")]
    [InlineData("MCP_TRANSPORT", "a-long-token-that-ends-in-canary")]
    [InlineData("ASPNETCORE_URLS", "http://me:canary@host:1")]
    [InlineData("MCP_ALLOWED_SERVERS", "http://me:canary@host")]
    [InlineData("MCP_ALLOWED_ORIGINS", "http://me:canary@host")]
    [InlineData("MCP_SSE_PATH", "http://me:canary@host")]
    [InlineData("MCP_CONNECTION_BACKEND", "redis://me:canary@host")]
    [InlineData("MCP_API_KEYS", "sha256:canary")]
    [InlineData("AGENT_SERVERS", "http://me:canary@host")]
    [InlineData("AGENT_SERVER_AUTH__x__Url", "http://me:canary@host")]
    [InlineData("LANGSMITH_API_KEY", "canary canary")]
    [InlineData("LANGGRAPH_API_KEY", "canary\u00e9")]
    [InlineData("Logging__LogLevel__Default", "a-long-token-that-ends-in-canary")]
    public async Task A_wrong_setting_is_named_but_not_quoted_when_it_may_hold_a_secret(string setting, string value)
    {
        var (exitCode, output, error) = await ProxyProgram.RunAsync([], [$"{setting}={value}"]);

        Assert.Equal(1, exitCode);
        Assert.Contains(setting, error, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", output + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Token", "Bearer canary")]
    [InlineData("Token", "can\nary")]
    [InlineData("ApiKey", "canary\u200b")]
    public async Task A_credential_that_can_not_be_sent_stops_the_program(string kind, string value)
    {
        var (exitCode, output, error) = await ProxyProgram.RunAsync([], ["AGENT_SERVERS=http://host", $"AGENT_SERVER_AUTH__server0__{kind}={value}"]);

        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"AGENT_SERVER_AUTH__server0__{kind} holds a character that no credential has, such as a space or a line break. "
            + "Write the credential alone, without Bearer.",
            error.Trim());
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("TokenUrl=http://idp.example/token ClientId=x ClientSecret=canary", "TokenUrl must be a URL that begins with https://, or ")]
    [InlineData("TokenUrl=https://me:canary@idp.example/token ClientId=x ClientSecret=canary", "TokenUrl must be a URL that begins with https://, or ")]
    [InlineData("TokenUrl=canary ClientId=x ClientSecret=canary", "TokenUrl must be a URL that begins with https://, or ")]
    [InlineData("TokenUrl=https://idp.example/token ClientId=x", "ClientSecret is not set. An access token needs AGENT_SERVER_AUTH__server0__TokenUrl, ")]
    [InlineData("TokenUrl=https://idp.example/token ClientSecret=canary", "ClientId is not set.")]
    [InlineData("ClientId=x ClientSecret=canary", "TokenUrl is not set.")]
    [InlineData("Token=canary TokenUrl=http://localhost/t ClientId=x ClientSecret=canary", "Token and AGENT_SERVER_AUTH__server0__TokenUrl are both set.")]
    [InlineData("TokenUrl=https://idp.example/token ClientId=x ClientSecret=canary Exchange=saml", "Exchange must be rfc8693 or entra. It is 'saml'.")]
    [InlineData("TokenUrl=https://idp.example/token ClientId=x ClientSecret=canary ClientAuth=jwt", "ClientAuth must be basic or post. It is 'jwt'.")]
    [InlineData("TokenUrl=https://idp.example/token ClientId=x ClientSecret=canary Exchange=entra", "Exchange=entra needs AGENT_SERVER_AUTH__server0__Scope, ")]
    public async Task Credentials_that_do_not_go_together_stop_the_program(string credentials, string sentence)
    {
        var (exitCode, output, error) = await ProxyProgram.RunAsync(
            [], ["AGENT_SERVERS=http://host", .. credentials.Split(' ').Select(setting => $"AGENT_SERVER_AUTH__server0__{setting}")]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"AGENT_SERVER_AUTH__server0__{sentence}", Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", output + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MCP_SERVER_PORT=3001\nnonsense\n", ": see its line 2")]
    [InlineData("SECRET='canary\n", "")]
    public async Task A_file_that_can_not_be_read_stops_the_program_with_a_sentence(string text, string where)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, ".env"), text, TestContext.Current.CancellationToken);

            var (exitCode, output, error) = await ProxyProgram.RunAsync([], folder: folder.FullName);

            Assert.Equal(1, exitCode);
            Assert.StartsWith($"The file .env can't be read{where}", error, StringComparison.Ordinal);
            Assert.DoesNotContain("canary", output + error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_environment_wins_over_the_file_and_an_empty_setting_counts_as_none()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, ".env"),
                "MCP_SERVER_PORT=nonsense\nMCP_RESULT_TEXT=odd\nMCP_TRANSPORT=\n",
                TestContext.Current.CancellationToken);

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
