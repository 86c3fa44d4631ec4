using System.Text;
using System.Text.Json;
using CsCheck;
using McpProxy.Api.Connections;
using McpProxy.Api.Connections.Backends;
using McpProxy.Api.Errors;
using McpProxy.Api.Redis;
using McpProxy.Api.Runs.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace McpProxy.Tests.Fuzzing;

/// <summary>Whatever is found where connections and runs are remembered, and whatever answers there: it is read, or refused by name.</summary>
public sealed class BackendFuzzTests : IAsyncDisposable
{
    private const string Facts = """
        {"server":"server0","serverUrl":"http://127.0.0.1:1","serverType":"langgraph","agentId":"agent","resolution":"explicit_qualification",
        "interactionType":"generate","startedAt":"2026-01-01T00:00:00Z","threadId":"00000000-0000-4000-8000-000000000000",
        "reference":"threads/00000000-0000-4000-8000-000000000000/runs/00000000-0000-4000-8000-000000000000"}
        """;

    private const string Details = """{"type":"mastra","connectedAt":"2026-01-01T00:00:00Z","agents":["echo","other"]}""";

    private static readonly string[] _ends =
    [
        """
        {"status":"completed","endedAt":"2026-01-01T00:00:00Z","reply":{"text":"well","response":{"a":"b"},"threadId":"t","usage":{"inputTokens":1,
        "outputTokens":2,"totalTokens":3},"finishReason":"stop","toolCalls":[{"name":"t","arguments":{"a":{"b":1}}}],"details":{"a":{"b":[1]},"c":"d"}}}
        """,
        """{"status":"completed","endedAt":"2026-01-01T00:00:00Z","reply":{"text":"Really?","response":1,"interrupt":[{"id":"i","value":{"a":1}}]}}""",
        """{"status":"failed","endedAt":"2026-01-01T00:00:00Z","problem":"It failed.","kind":"agent_failed","reply":{"text":"w","response":"w"}}""",
        """{"status":"lost","endedAt":"2026-01-01T00:00:00Z","problem":"It is lost."}""",
        """{"status":"cancelled","endedAt":"2026-01-01T00:00:00Z"}""",
    ];

    private static readonly Gen<string> _details = Wrong.Json(Details, "");

    private static readonly (string Script, string[] Result)[] _results =
    [
        (ConnectionScripts.Load.Name, ["17", "2", "name", "http://127.0.0.1:1/", "http://127.0.0.1:1", Details]),
        (ConnectionScripts.Version.Name, ["17"]),
        (ConnectionScripts.Repair.Name, ["0", "noeviction"]),
        (ConnectionScripts.Probe.Name, []),
        (ConnectionScripts.Add.Name, ["ADDED", "name", Details]),
        (ConnectionScripts.Remove.Name, ["REMOVED"]),
        (RunScripts.Find.Name, ["facts", Facts, "end", _ends[0], "words", "so far", "held", ""]),
        (RunScripts.Hold.Name, ["CANCEL", "HELD"]),
        (RunScripts.End.Name, ["ENDED"]),
    ];

    private readonly StartedBackends _backends = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Fact]
    public Task Details_of_a_server_hold_a_type_and_agents_that_can_be_or_none() => Fuzz.Each(_details, 5000, text =>
    {
        ServerUrl.Check("http://host", out var url);
        var server = ServerDetails.Server("name", url!, text);

        Assert.True(server.Type is null || ServerNames.Problem(server.Type) is null);
        Assert.True(server.Agents is null or [] || AgentIds.Problem(server.Agents) is null);
    });

    [Fact]
    public async Task A_stored_run_is_told_or_counts_as_none()
    {
        var redis = await _backends.ServerAsync();
        await using var proxy = await Proxy.StartAsync(
            "Logging:LogLevel:Default=Error", "Logging:Console:LogLevel:Default=None",
            "MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={redis.Address}");
        await using var client = await proxy.CreateClientAsync();
        await using var connection = await RespConnection.OpenAsync(redis.Port, TestContext.Current.CancellationToken);

        await Fuzz.EachAsync(Gen.Select(Wrong.Json(Facts), Wrong.Json(_ends), Gen.OneOf("getAgentRun", "cancelAgentRun")), 300, async run =>
        {
            var (facts, end, tool) = run;
            await connection.SendAsync(
                ["HSET", "mcp-proxy:servers:run:wrong", "facts", facts, "end", end, "words", facts], TestContext.Current.CancellationToken);

            var result = await client.CallAsync(tool, new { runId = "wrong" });

            Assert.NotNull(result.StructuredContent);
        });

        AgentServerFuzzTests.AssertNoBugs(proxy);
    }

    [Fact]
    public async Task Stored_connections_are_used_or_left_out()
    {
        var redis = await _backends.ServerAsync();
        var log = new LogLines();
        var backend = await _backends.RedisAsync(redis, log: log);
        await using var connection = await RespConnection.OpenAsync(redis.Port, TestContext.Current.CancellationToken);
        var name = Wrong.Json("name", "123", "a b", "x\u202e");
        var url = Gen.OneOf(Wrong.Bytes("http://127.0.0.1:4111/a"), Wrong.Json("http://x"), Gen.String[0, 30].Select(text => $"http://{text}"));

        await Fuzz.EachAsync(Gen.Select(name, url, _details, Gen.OneOf("17", "", "x", "9223372036854775807")), 300, async stored =>
        {
            var (itsName, itsUrl, itsDetails, version) = stored;
            foreach (var command in new string[][]
            {
                ["DEL", $"{StoredConnections.Prefix}all", $"{StoredConnections.Prefix}urlmap", $"{StoredConnections.Prefix}details"],
                ["HSET", $"{StoredConnections.Prefix}all", itsName, itsUrl],
                ["HSET", $"{StoredConnections.Prefix}urlmap", itsUrl, itsName],
                ["HSET", $"{StoredConnections.Prefix}details", itsUrl, itsDetails],
                ["SET", $"{StoredConnections.Prefix}version", version],
            })
            {
                await connection.SendAsync(command, TestContext.Current.CancellationToken);
            }

            await backend.SynchronizeAsync(hasChanged: true, TestContext.Current.CancellationToken);
            var servers = await backend.GetAllAsync(TestContext.Current.CancellationToken);

            Assert.All(servers, server => Assert.Null(ServerUrl.Check(server.Url.ToString(), out _)));
            try
            {
                await backend.AddAsync("name", "http://host");
                await backend.RemoveAsync("name", TestContext.Current.CancellationToken);
            }
            catch (ProxyException)
            {
                // The name is taken, or what is stored there can't be changed.
            }
        });

        Assert.Empty(log.Containing("Error: The list"));
    }

    /// <summary>Something else may answer where Upstash should, or what stands before it.</summary>
    [Fact]
    public async Task Whatever_answers_in_place_of_Upstash_is_read_or_refused()
    {
        await using var server = await WrongServer.StartAsync();
        using var client = new UpstashClient(new(server.Url("upstash") + "/"), "token");
        var connections = new RedisConnectionStore(
            client, new(new()), new(), new(new(), listensOnLoopback: true), TimeProvider.System, NullLogger<RedisConnectionStore>.Instance);
        var runs = new RedisRunStore(client, new(), new(), TimeSpan.FromSeconds(20));
        ServerUrl.Check("http://host", out var url);
        var cancellationToken = TestContext.Current.CancellationToken;

        await Fuzz.EachAsync(
            Gen.Select(Gen.Int[0, _results.Length - 1], Gen.Int[0, 9], Gen.Double.Unit)
                .SelectMany((which, kind, where) => Answer(_results[which].Result, kind, where).Select(answer => (which, answer))),
            1000,
            async call =>
            {
                server.Answer("upstash", (_, _) => call.answer);
                try
                {
                    await (_results[call.which].Script switch
                    {
                        "load" => connections.LoadAsync(ServerSnapshot.Empty, cancellationToken),
                        "version" => connections.GetVersionAsync(cancellationToken),
                        "repair" => connections.RepairAsync(cancellationToken),
                        "probe" => connections.ProbeAsync(cancellationToken),
                        "add" => connections.AddAsync("name", url!, null, null, cancellationToken),
                        "remove" => connections.RemoveAsync("name", cancellationToken),
                        "run-find" => runs.FindAsync("run", cancellationToken),
                        "run-hold" => runs.HoldAsync("run", "holder", null, cancellationToken),
                        _ => (Task)runs.EndAsync("run", "end", cancellationToken),
                    });
                }
                catch (Exception exception) when (exception is BackendException or ProxyException)
                {
                    // It was refused.
                }
            });
    }

    /// <summary>Upstash's answer, whose elements are changed at times, or its JSON, or its status.</summary>
    private static Gen<WrongAnswer> Answer(string[] right, int kind, double where)
    {
        var at = (int)(where * right.Length);
        string?[] result = (kind, right) switch
        {
            (_, []) => right,
            (0, _) => [.. right[..at], .. right[(at + 1)..]],
            (1, _) => [.. right[..at], right[at], .. right[at..]],
            (2, _) => right[..at],
            (3, _) => [.. right[..at], "99999999999999999999", .. right[(at + 1)..]],
            (4, _) => [.. right[..at], "-7", .. right[(at + 1)..]],
            (5, _) => [.. right[..at], "7", .. right[(at + 1)..]],
            (6, _) => [.. right[..at], "", .. right[(at + 1)..]],
            _ => right,
        };
        var json = JsonSerializer.Serialize(new { result = result.Select(text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text!))) });

        return WrongAnswer.Of(
            "application/json",
            Gen.Frequency(
                (4, Gen.Const(json)),
                (3, Wrong.Json(json)),
                (1, Wrong.Json("""{"error":"NOPERM no"}""", """{"error":"ERR max requests limit exceeded"}"""))),
            Gen.OneOf<string?>(
                null, "upstash-sync-token: x", "upstash-sync-token: ", "upstash-sync-token: \u00e9", $"upstash-sync-token: {new string('x', 9000)}",
                "Retry-After: -1", "Retry-After: x"));
    }
}
