using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace McpProxy.Tests.Redis;

/// <summary>The connection to a real Redis: address, credentials and TLS, and what is said when it fails.</summary>
public sealed class RedisConnectingTests : IAsyncDisposable
{
    private readonly StartedBackends _backends = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-proxy-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _backends.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(",password=wrong", "Redis refuses the credentials. Check ConnectionStrings__redis.")]
    [InlineData(",user=nobody,password=right", "Redis refuses the credentials. Check ConnectionStrings__redis.")]
    [InlineData("", "Redis asks for a password. Add it to ConnectionStrings__redis.")]
    public async Task Says_at_once_that_the_password_is_wrong_or_missing(string password, string problem)
    {
        var server = await _backends.ServerAsync("--requirepass", "right");
        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis={server.Address}{password}");

        Assert.Equal((HealthStatus.Unhealthy, problem), (backend.State.Health, backend.State.Problem));
        Assert.Equal($"Nothing was changed. {problem} Until then trying again won't help.", await backend.RefusalAsync());
        Assert.Empty(await backend.GetAllAsync(CancellationToken));
    }

    [Fact]
    public async Task Says_that_a_password_was_changed_and_goes_on_with_what_it_knows()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        var (weather, _) = await backend.AddAsync();

        await using var admin = await RespConnection.OpenAsync(server.Port, CancellationToken);
        await admin.SendAsync(["CONFIG", "SET", "requirepass", "new"], CancellationToken);
        await admin.SendAsync(["CLIENT", "KILL", "TYPE", "pubsub"], CancellationToken);
        await admin.SendAsync(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"], CancellationToken);

        await Wait.UntilAsync(() => backend.State.Problem is "Redis asks for a password. Add it to ConnectionStrings__redis.");
        Assert.Equal(HealthStatus.Degraded, backend.State.Health);
        Assert.Equal([weather], await backend.GetAllAsync(CancellationToken));
    }

    [Fact]
    public async Task Says_that_Redis_has_too_many_clients()
    {
        var server = await _backends.ServerAsync();
        await server.ExecuteAsync("CONFIG", "SET", "maxclients", "1");
        await using var first = await RespConnection.OpenAsync(server.Port, CancellationToken);
        Assert.Equal("PONG", await first.SendAsync(["PING"], CancellationToken));

        var backend = await _backends.RedisAsync(server);

        Assert.Equal("Redis has as many clients as it may have. Close some, or raise its maxclients.", backend.State.Problem);
    }

    /// <remarks>Redis says this only to clients on another machine, so here a listener of the test says it.</remarks>
    [Fact]
    public async Task Tells_protected_mode_from_a_Redis_that_is_not_there()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var refusing = RefuseAsync(listener, enough.Token);

        var backend = await _backends.RedisAsync(RedisServer.Prepare(), settings: $"--ConnectionStrings:redis={listener.LocalEndpoint}");

        Assert.StartsWith("Redis is in protected mode", backend.State.Problem, StringComparison.Ordinal);
        await enough.CancelAsync();
        await refusing;
    }

    [Fact]
    public async Task Says_that_the_password_is_wrong_also_where_the_library_only_sees_its_connections_end()
    {
        var server = await _backends.ServerAsync("--requirepass", "right");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var relaying = RelayShortQuestionsAsync(listener, server.Port, enough.Token);

        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis={listener.LocalEndpoint},password=wrong");

        Assert.Equal("Redis refuses the credentials. Check ConnectionStrings__redis.", backend.State.Problem);
        await enough.CancelAsync();
        await relaying;
    }

    [Theory]
    [InlineData("redis://default:pa#canary@127.0.0.1:1")]
    [InlineData("redis://default:pa/canary@127.0.0.1:1")]
    [InlineData("redis://default:pa?canary@127.0.0.1:1")]
    [InlineData("redis://default:canary@127.0.0.1:99999")]
    [InlineData("redis://default:canary@127.0.0.1/zero")]
    [InlineData("http://default:canary@127.0.0.1")]
    [InlineData("127.0.0.1,pasword=canary")]
    [InlineData("127.0.0.1,ssl=canary")]
    public async Task Refuses_at_start_what_it_does_not_understand_and_does_not_quote_it(string connection)
    {
        var (code, output, error) = await ProxyProgram.RunAsync(
            [], ["MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings__redis={connection}", "Logging__LogLevel__Default=Trace"]);

        Assert.Equal(1, code);
        Assert.StartsWith("ConnectionStrings__redis must be a StackExchange.Redis connection string", error, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", output + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://:p,w=1@{0}")]
    [InlineData("redis://default:p%2Cw%3D1@{0}/0")]
    public async Task Takes_a_url_and_a_password_with_any_character(string url)
    {
        var server = await _backends.ServerAsync("--requirepass", "p,w=1");
        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis={url.Replace("{0}", server.Address, StringComparison.Ordinal)}");

        Assert.True((await backend.AddAsync()).Added);
    }

    [Fact]
    public async Task Says_that_TLS_is_wanted_where_there_is_none()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis=rediss://{server.Address}");

        Assert.Contains("ConnectionStrings__redis", await backend.RefusalAsync(), StringComparison.Ordinal);
        Assert.NotEqual(HealthStatus.Healthy, backend.State.Health);
    }

    [Fact]
    public async Task Says_that_it_does_not_trust_the_certificate()
    {
        using var key = RSA.Create(2048);
        var now = DateTimeOffset.UtcNow;
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(_folder.FullName, "cert.pem"), Path.Combine(_folder.FullName, "key.pem"));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem(), CancellationToken);
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), CancellationToken);
        var port = FreePort.Next();
        var server = await _backends.ServerAsync(
            "--tls-port", $"{port}", "--tls-cert-file", certificateFile, "--tls-key-file", keyFile,
            "--tls-ca-cert-file", certificateFile, "--tls-auth-clients", "no");

        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis=rediss://127.0.0.1:{port}");

        Assert.Equal("The TLS connection to Redis failed. Trust its certificate, or check ssl in ConnectionStrings__redis.", backend.State.Problem);
    }

    /// <summary>Ends what the library sends at once, a dozen commands, and hands on what asks for nothing but an answer.</summary>
    private static async Task RelayShortQuestionsAsync(TcpListener listener, int port, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                using var server = new TcpClient();
                var question = new byte[4096];
                var length = await client.GetStream().ReadAsync(question, cancellationToken);
                if (!Encoding.ASCII.GetString(question, 0, length).Contains("CLIENT", StringComparison.OrdinalIgnoreCase) && length > 0)
                {
                    await server.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                    await server.GetStream().WriteAsync(question.AsMemory(0, length), cancellationToken);
                    var answer = new byte[4096];
                    length = await server.GetStream().ReadAsync(answer, cancellationToken);
                    await client.GetStream().WriteAsync(answer.AsMemory(0, length), cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
    }

    private static async Task RefuseAsync(TcpListener listener, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(enough);
                await client.GetStream().WriteAsync(
                    "-DENIED Redis is running in protected mode because protected mode is enabled.\r\n"u8.ToArray(), enough);
            }
            catch (IOException)
            {
                // The client did not wait for the answer.
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }
    }
}
