namespace McpProxy.Tests.Configuration;

/// <summary>Secrets that are in files, as container platforms mount them.</summary>
public sealed class SecretFileTests : IAsyncLifetime
{
    private const string Setting = "AGENT_SERVER_AUTH__server0__Token";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private HostileAgentServer _agents = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Secret => Path.Combine(_folder.FullName, "token");

    /// <summary>The link that leads to what is mounted now.</summary>
    private string Data => Path.Combine(_folder.FullName, "..data");

    public async ValueTask InitializeAsync() => _agents = await HostileAgentServer.StartAsync(CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _agents.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("written")]
    [InlineData("renamed")]
    [InlineData("linked")]
    public async Task A_secret_that_is_replaced_is_used_without_a_restart(string how)
    {
        Put(how, "canary-old\n");
        await using var proxy = await StartAsync();
        await using var client = await proxy.CreateClientAsync();
        Assert.False((await client.AskAsync("echo", "Hello")).IsError is true);
        Assert.All(_agents.Requests, request => Assert.Equal("Bearer canary-old", request.Headers["Authorization"]));

        Put(how, "canary-new\n");

        await Wait.UntilAsync(async () =>
        {
            await client.AskAsync("echo", "Hello");

            return _agents.Requests[^1].Headers["Authorization"] is "Bearer canary-new";
        });
        Assert.DoesNotContain("canary", proxy.Logs.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_file_holds_no_secret_the_one_before_is_used_and_the_log_says_so_once()
    {
        const string warning = $"{Setting}_FILE leads to no file that can be read.";
        Put("written", "canary-old");
        await using var proxy = await StartAsync();
        await using var client = await proxy.CreateClientAsync();

        File.Delete(Secret);
        await AskUntilAsync(() => Count(warning) > 0);
        await Task.Delay(TimeSpan.FromSeconds(1.5), CancellationToken);
        await client.AskAsync("echo", "Hello");
        Assert.Equal(1, Count(warning));

        Put("written", "Bearer canary-wrong");
        await Task.Delay(TimeSpan.FromSeconds(1.5), CancellationToken);
        await client.AskAsync("echo", "Hello");
        Assert.Equal("Bearer canary-old", Assert.Single(_agents.Requests.Select(request => request.Headers["Authorization"]).Distinct()));

        Put("written", "canary-new");
        await AskUntilAsync(() => _agents.Requests[^1].Headers["Authorization"] is "Bearer canary-new");
        Assert.DoesNotContain("canary", proxy.Logs.Everything, StringComparison.Ordinal);

        int Count(string text) => proxy.Logs.Everything.Split(text).Length - 1;

        Task AskUntilAsync(Func<bool> condition) => Wait.UntilAsync(async () =>
        {
            await client.AskAsync("echo", "Hello");

            return condition();
        });
    }

    [Fact]
    public async Task The_secret_of_an_OAuth_client_can_be_in_a_file()
    {
        await using var tokens = await TokenServer.StartAsync(CancellationToken);
        Put("written", "canary-of-the-client\n");
        await using var proxy = await StartAsync(
            $"AGENT_SERVER_AUTH:server0:TokenUrl={tokens.Url}",
            "AGENT_SERVER_AUTH:server0:ClientId=proxy",
            $"AGENT_SERVER_AUTH:server0:ClientSecret_FILE={Secret}",
            "AGENT_SERVER_AUTH:server0:ClientAuth=post",
            "AGENT_SERVER_AUTH:server0:Token_FILE=");
        await using var client = await proxy.CreateClientAsync();

        Assert.False((await client.AskAsync("echo", "Hello")).IsError is true);

        Assert.Equal("canary-of-the-client", Assert.Single(tokens.Forms)["client_secret"]);
    }

    [Theory]
    [InlineData(null, "leads to no file that can be read. Check that it is there, and that the proxy may read it.")]
    [InlineData("", "leads to a file that is empty.")]
    [InlineData(" \n", "leads to a file that is empty.")]
    [InlineData(
        "Bearer canary",
        "holds a character that no credential has, such as a space or a line break. Write the credential alone, without Bearer.")]
    public async Task A_file_without_a_secret_stops_the_program(string? content, string sentence)
    {
        if (content is not null)
        {
            Put("written", content);
        }

        var (exitCode, output, error) = await ProxyProgram.RunAsync([], ["AGENT_SERVERS=http://host", $"{Setting}_FILE={Secret}"]);

        Assert.Equal(1, exitCode);
        Assert.Equal($"{Setting}_FILE {sentence}", error.Trim());
        Assert.Empty(output);
    }

    [Fact]
    public async Task A_file_that_is_too_long_stops_the_program()
    {
        Put("written", new string('x', 64 * 1024 + 1));

        var (exitCode, _, error) = await ProxyProgram.RunAsync([], ["AGENT_SERVERS=http://host", $"{Setting}_FILE={Secret}"]);

        Assert.Equal(1, exitCode);
        Assert.Equal($"{Setting}_FILE leads to a file that is longer than 65536 characters.", error.Trim());
    }

    [Fact]
    public async Task A_secret_is_in_the_setting_or_in_a_file()
    {
        Put("written", "canary");

        var (exitCode, _, error) = await ProxyProgram.RunAsync(
            [], ["AGENT_SERVERS=http://host", $"{Setting}=canary", $"{Setting}_FILE={Secret}"]);

        Assert.Equal(1, exitCode);
        Assert.Equal($"{Setting} and {Setting}_FILE are both set. Set one of them.", error.Trim());
    }

    private Task<Proxy> StartAsync(params string[] settings) => Proxy.StartAsync([
        "Logging:LogLevel:Default=Trace",
        "Logging:Console:LogLevel:Default=None",
        $"AGENT_SERVERS=mastra+{_agents.Url(HostileAgentServer.Friendly)}",
        $"AGENT_SERVER_AUTH:server0:Token_FILE={Secret}",
        .. settings,
    ]);

    /// <summary>Writes the file, or puts another in its place, or mounts it as Kubernetes does: the file is a link into what another link leads to.</summary>
    private void Put(string how, string content)
    {
        if (how is "written")
        {
            File.WriteAllText(Secret, content);

            return;
        }

        var next = _folder.CreateSubdirectory(Guid.NewGuid().ToString());
        File.WriteAllText(Path.Combine(next.FullName, "token"), content);
        if (how is "renamed")
        {
            File.Move(Path.Combine(next.FullName, "token"), Secret, overwrite: true);

            return;
        }

        if (!File.Exists(Secret))
        {
            File.CreateSymbolicLink(Secret, Path.Combine("..data", "token"));
        }

        if (Directory.Exists(Data))
        {
            Directory.Delete(Data);
        }

        Directory.CreateSymbolicLink(Data, next.Name);
    }
}
