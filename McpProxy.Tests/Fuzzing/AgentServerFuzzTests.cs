using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using McpProxy.Api.Errors;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Fuzzing;

/// <summary>Whatever an agent server answers, an MCP client gets a result, or an error of a kind that it can act on.</summary>
public sealed class AgentServerFuzzTests : IAsyncLifetime
{
    private const int Workers = 8;

    private WrongServer _server = null!;

    public static TheoryData<string> ServerTypes => [.. Proxy.ServerTypes];

    public async ValueTask InitializeAsync() => _server = await WrongServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(ServerTypes))]
    public async Task Every_answer_of_an_agent_server_becomes_a_result_or_a_named_error(string serverType)
    {
        var dialect = Assert.Single(WrongDialect.All, dialect => dialect.ServerType == serverType);
        var names = Enumerable.Range(0, Workers).Select(worker => $"w{worker}").ToList();
        await using var proxy = await StartAsync(string.Join(' ', names.Select(name => $"{name}={serverType}+{_server.Url(name)}")));
        await using var client = await proxy.CreateClientAsync();
        var free = new ConcurrentBag<string>(names);

        await Fuzz.EachAsync(
            Gen.Select(Gen.Int[0, 9], dialect.Answers).Select((what, answers) => new Visit(what, answers)),
            400,
            async visit =>
            {
                Assert.True(free.TryTake(out var name));
                try
                {
                    _server.Answer(name, (request, _) => WrongDialect.Find(visit.Answers, request));
                    IsExpected(proxy, await CallAsync(client, name, visit.What));
                }
                finally
                {
                    free.Add(name);
                }
            },
            Workers);

        AssertNoBugs(proxy);
    }

    /// <summary>Where no type is declared, every dialect is tried on what may be an answer in any of them.</summary>
    [Fact]
    public async Task Every_answer_of_a_server_of_unknown_type_becomes_a_result_or_a_named_error()
    {
        await using var proxy = await StartAsync(_server.Url("unknown"));
        await using var client = await proxy.CreateClientAsync();

        await Fuzz.EachAsync(
            Gen.OneOf([.. WrongDialect.All.Select(dialect => dialect.Answers)]).Select(answers => new Visit(0, answers)),
            100,
            async visit =>
            {
                _server.Answer("unknown", (request, _) => WrongDialect.Find(visit.Answers, request));
                IsExpected(proxy, await client.CallAsync("listAgents"));
                IsExpected(proxy, await client.CallAsync("callAgent", new { targetAgentId = "echo", message = "hi" }));
            });

        AssertNoBugs(proxy);
    }

    /// <summary>What cannot be read of an error is no reason to say nothing of it.</summary>
    [Theory]
    [InlineData("mastra", "GET /api/agents", "POST /api/agents/echo/generate", "application/json", """{"text":"","tripwire":{"reason":{"a":1}}}""")]
    [InlineData("mastra", "GET /api/agents", "POST /api/agents/echo/stream", "text/event-stream", """data: {"type":"error","payload":{"error":"\ud83d"}}""")]
    [InlineData("mastra", "GET /api/agents", "POST /api/agents/echo/generate", "application/json", """{"text":"","finishReason":"error","toolCalls":[null]}""")]
    [InlineData("openai", "GET /v1/models", "POST /v1/chat/completions", "application/json", """{"error":"\ud83d"}""")]
    [InlineData("openai", "GET /v1/models", "POST /v1/chat/completions", "text/event-stream", """data: {"error":{"message":"\ud83d"}}""")]
    public async Task An_error_that_is_half_a_character_or_no_text_is_told(string serverType, string list, string call, string contentType, string body)
    {
        const string Agents = """{"echo":{"name":"Echo","instructions":"Repeat."},"object":"list","data":[{"id":"echo","object":"model"}]}""";
        await using var proxy = await StartAsync($"w={serverType}+{_server.Url("w")}");
        await using var client = await proxy.CreateClientAsync();
        _server.Answer("w", (request, _) => request == list ? new(200, "application/json", Agents)
            : request == call ? new(200, contentType, $"{body}\n\n")
            : null);

        var result = await client.AskAsync("w:echo", "hi", call.EndsWith("stream", StringComparison.Ordinal) ? "stream" : "generate");

        Assert.True(result.IsError);
        IsExpected(proxy, result);
    }

    private static Task<Proxy> StartAsync(string agentServers) => Proxy.StartAsync(
        "Logging:LogLevel:Default=Error",
        "Logging:Console:LogLevel:Default=None",
        $"AGENT_SERVERS={agentServers}",
        "MCP_DISCOVERY_TIMEOUT_SECONDS=20",
        "MCP_CALL_TIMEOUT_SECONDS=20",
        "MCP_READ_RETRIES=0",
        "MCP_AGENT_CACHE_SECONDS=0",
        "MCP_CIRCUIT_FAILURES=10000");

    private async Task<CallToolResult> CallAsync(McpClient client, string name, int what) => what switch
    {
        0 => await client.CallAsync("listAgents"),
        1 => await client.CallAsync("connectServer", new { serverUrl = _server.Url(name) }),
        2 or 3 => await client.CallAsync("describeAgent", new { agentId = $"{name}:echo" }),
        4 => await client.AskAsync($"{name}:echo", "hi"),
        5 or 6 => await client.AskAsync($"{name}:echo", "hi", "generate", new Hearing()),
        7 => await client.CallAsync("callAgent", new { targetAgentId = $"{name}:echo", threadId = Guid.NewGuid(), resume = new { a = 1 } }),
        _ => await client.AskAsync($"{name}:echo", "hi", "stream", new Hearing()),
    };

    private static void IsExpected(Proxy proxy, CallToolResult result)
    {
        if (result.IsError is not true)
        {
            return;
        }

        var kind = result.StructuredContent?.Get("error", "kind").GetString();
        var isKnown = Enum.GetNames<ErrorKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).Contains(kind);
        if (!isKnown)
        {
            AssertNoBugs(proxy);
        }

        Assert.True(isKnown, $"An error of kind '{kind}': {string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text))}");
    }

    /// <summary>Nothing is logged as an error, which only a bug is.</summary>
    internal static void AssertNoBugs(Proxy proxy)
    {
        var bug = Regex.Match(proxy.Logs.Everything, @"^(Error|Critical): .*(\n.*){0,20}", RegexOptions.Multiline);
        Assert.False(bug.Success, bug.Value);
    }

    private sealed record Visit(int What, IReadOnlyDictionary<string, WrongAnswer> Answers)
    {
        public override string ToString() => string.Join('\n', Answers.Values.Prepend((object)$"{What}").Select(answer => $"{answer}"));
    }
}
