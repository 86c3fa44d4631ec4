using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpProxy.Api.Connections;

namespace McpProxy.Tests.Connections;

/// <summary>Everything that can go wrong with a Redis, with a real one: what is known can be used, changes are refused with what to do, and nothing is lost or there twice.</summary>
public sealed class RedisFailureTests : IAsyncDisposable
{
    private readonly Backends _backends = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-proxy-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _backends.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Starts_without_Redis_and_finds_it_once_it_is_there()
    {
        await using var server = RedisServer.Prepare();
        var backend = await _backends.RedisAsync(server);

        Assert.Empty(await backend.GetAllAsync(CancellationToken));
        Assert.Equal(
            "Nothing was changed. Redis can't be reached. Check that it runs, and what ConnectionStrings__redis says of its address and of TLS. Then try again; servers that are connected can be used meanwhile.",
            await backend.RefusalAsync());
        Assert.Equal(BackendHealth.Degraded, backend.State.Health);

        await server.StartAgainAsync();

        await backend.HealthyAsync();
        Assert.True((await backend.AddAsync()).Added);
    }

    [Fact]
    public async Task Loses_nothing_that_was_confirmed_when_Redis_is_killed_in_the_middle_and_comes_back()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        var confirmed = new List<string>();
        var refusals = new List<string>();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; refusals.Count < 3; i++)
                {
                    try
                    {
                        confirmed.Add((await backend.AddAsync($"s{i}")).Server.Name);
                    }
                    catch (ConnectionException exception)
                    {
                        refusals.Add(exception.Message);
                    }
                }
            },
            CancellationToken);
        await Wait.UntilAsync(() => confirmed.Count > 50);

        await server.KillAsync();
        await writing.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken);

        Assert.Equal(BackendHealth.Degraded, backend.State.Health);
        Assert.NotNull(backend.State.Age);
        Assert.Equal(confirmed.Order(StringComparer.Ordinal), (await backend.GetAllAsync(CancellationToken)).Select(known => known.Name));
        Assert.All(refusals, refusal => Assert.Matches("^(Nothing was changed|It is not known whether the change was made)\\. .*Redis", refusal));

        await server.StartAgainAsync();
        await backend.HealthyAsync();

        var stored = await server.AssertConsistentAsync();
        Assert.Superset(confirmed.ToHashSet(), stored.Keys.ToHashSet());
        Assert.InRange(stored.Count - confirmed.Count, 0, 1);
        Assert.Equal(stored.Keys.Order(StringComparer.Ordinal), (await backend.GetAllAsync(CancellationToken)).Select(known => known.Name));
    }

    [Fact]
    public async Task Goes_on_with_what_it_knows_while_Redis_is_frozen()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        var (weather, _) = await backend.AddAsync();

        await server.FreezeAsync();
        try
        {
            Assert.Equal([weather], await backend.GetAllAsync(CancellationToken));
            Assert.Equal(
                "It is not known whether the change was made. Redis did not answer within 2 seconds. Call listAgents to see, or repeat it: that is safe.",
                await backend.RefusalAsync("first"));
            Assert.Equal(BackendHealth.Degraded, backend.State.Health);
            Assert.StartsWith("Nothing was changed. Redis did not answer within 2 seconds.", await backend.RefusalAsync("second"), StringComparison.Ordinal);
            Assert.Equal([weather], await backend.RefreshAsync(CancellationToken));
        }
        finally
        {
            await server.ThawAsync();
        }

        await backend.HealthyAsync();
        Assert.False((await server.AssertConsistentAsync()).ContainsKey("second"));
        Assert.Equal((await server.HashAsync("all")).Keys.Order(StringComparer.Ordinal), (await backend.GetAllAsync(CancellationToken)).Select(known => known.Name));
    }

    [Theory]
    [InlineData(",password=wrong", "Redis refuses the credentials. Check ConnectionStrings__redis.")]
    [InlineData(",user=nobody,password=right", "Redis refuses the credentials. Check ConnectionStrings__redis.")]
    [InlineData("", "Redis asks for a password. Add it to ConnectionStrings__redis.")]
    public async Task Says_at_once_that_the_password_is_wrong_or_missing(string password, string problem)
    {
        var server = await _backends.ServerAsync("--requirepass", "right");
        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis={server.Address}{password}");

        Assert.Equal((BackendHealth.Unhealthy, problem), (backend.State.Health, backend.State.Problem));
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
        Assert.Equal(BackendHealth.Degraded, backend.State.Health);
        Assert.Equal([weather], await backend.GetAllAsync(CancellationToken));
    }

    [Fact]
    public async Task Says_what_Redis_says_before_it_was_asked()
    {
        var server = await _backends.ServerAsync();
        await server.ExecuteAsync("CONFIG", "SET", "maxclients", "1");
        await using var first = await RespConnection.OpenAsync(server.Port, CancellationToken);
        Assert.Equal("PONG", await first.SendAsync(["PING"], CancellationToken));

        var backend = await _backends.RedisAsync(server);

        Assert.Equal("Redis has as many clients as it may have. Close some, or raise its maxclients.", backend.State.Problem);
    }

    /// <remarks>Redis says this to clients from another machine only, so here something else says it.</remarks>
    [Fact]
    public async Task Tells_protected_mode_from_a_Redis_that_is_not_there()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var refusing = RefuseAsync(listener);

        var backend = await _backends.RedisAsync(RedisServer.Prepare(), settings: $"--ConnectionStrings:redis={listener.LocalEndpoint}");

        Assert.StartsWith("Redis is in protected mode", backend.State.Problem, StringComparison.Ordinal);
        listener.Stop();
        await refusing;
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
        var (code, output, error) = await ProxyProgram.RunAsync([], ["MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings__redis={connection}", "Logging__LogLevel__Default=Trace"]);

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
        Assert.NotEqual(BackendHealth.Healthy, backend.State.Health);
    }

    [Fact]
    public async Task Says_that_it_does_not_trust_the_certificate()
    {
        using var key = RSA.Create(2048);
        var now = DateTimeOffset.UtcNow;
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(_folder.FullName, "cert.pem"), Path.Combine(_folder.FullName, "key.pem"));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem(), CancellationToken);
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), CancellationToken);
        var port = FreePort.Next();
        var server = await _backends.ServerAsync(
            "--tls-port", $"{port}", "--tls-cert-file", certificateFile, "--tls-key-file", keyFile, "--tls-ca-cert-file", certificateFile, "--tls-auth-clients", "no");

        var backend = await _backends.RedisAsync(server, settings: $"--ConnectionStrings:redis=rediss://127.0.0.1:{port}");

        Assert.Equal("The TLS connection to Redis failed. Trust its certificate, or check ssl in ConnectionStrings__redis.", backend.State.Problem);
    }

    [Fact]
    public async Task Reads_a_replica_and_says_that_it_takes_no_writes()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        var (weather, _) = await backend.AddAsync();

        await server.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");

        Assert.StartsWith(
            "Nothing was changed. Redis is a read-only replica. Set ConnectionStrings__redis to the primary. Then try again;", await backend.RefusalAsync("other"), StringComparison.Ordinal);
        Assert.Equal([weather], await backend.RefreshAsync(CancellationToken));
        Assert.Equal(BackendHealth.Degraded, backend.State.Health);

        await server.ExecuteAsync("REPLICAOF", "NO", "ONE");

        await backend.HealthyAsync();
        Assert.True((await backend.AddAsync("other")).Added);
    }

    [Fact]
    public async Task Keeps_what_it_knows_when_a_replica_has_lost_its_primary()
    {
        var server = await _backends.ServerAsync("--replica-serve-stale-data", "no");
        var backend = await _backends.RedisAsync(server);
        var (weather, _) = await backend.AddAsync();

        await server.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");

        Assert.Contains("is a replica that has lost its primary", await backend.RefusalAsync("other"), StringComparison.Ordinal);
        Assert.Equal([weather], await backend.RefreshAsync(CancellationToken));
        Assert.Equal(BackendHealth.Degraded, backend.State.Health);
    }

    [Fact]
    public async Task Removes_but_does_not_add_when_memory_has_run_out()
    {
        var server = await _backends.ServerAsync();
        var backend = await _backends.RedisAsync(server);
        await backend.AddAsync("first");
        var (second, _) = await backend.AddAsync("second");

        await server.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");

        Assert.Contains("Redis has used up its memory (maxmemory)", await backend.RefusalAsync("third"), StringComparison.Ordinal);
        Assert.Equal(BackendHealth.Degraded, backend.State.Health);
        Assert.True(await backend.RemoveAsync("first", CancellationToken));
        Assert.Equal([second], await backend.RefreshAsync(CancellationToken));
        Assert.Equal(["second"], (await server.AssertConsistentAsync()).Keys);

        await server.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");

        await backend.HealthyAsync();
        Assert.True((await backend.AddAsync("third")).Added);
    }

    [Fact]
    public async Task Names_the_prefix_that_a_cluster_needs_and_works_with_it()
    {
        var server = await _backends.ServerAsync("--cluster-enabled", "yes");
        await server.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await Wait.UntilAsync(async () => (await server.ExecuteAsync("CLUSTER", "INFO"))!.ToString()!.Contains("cluster_state:ok", StringComparison.Ordinal));
        var backend = await _backends.RedisAsync(server);
        var tagged = await _backends.RedisAsync(server, settings: "--MCP_REDIS_KEY_PREFIX={mcp-proxy}:servers:");

        await Wait.UntilAsync(() => backend.State.Health is BackendHealth.Unhealthy);
        Assert.Equal(
            "Nothing was changed. Redis is a cluster, which needs a hash tag in the names of the keys. Set MCP_REDIS_KEY_PREFIX={mcp-proxy}:servers: on every replica. Until then trying again won't help.",
            await backend.RefusalAsync());
        Assert.True((await tagged.AddAsync()).Added);
        Assert.Single(await tagged.RefreshAsync(CancellationToken));
    }

    /// <returns>When the listener was stopped.</returns>
    private static async Task RefuseAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(CancellationToken);
                await client.GetStream().WriteAsync("-DENIED Redis is running in protected mode because protected mode is enabled.\r\n"u8.ToArray(), CancellationToken);
            }
            catch (IOException)
            {
                // That client did not wait for it.
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
