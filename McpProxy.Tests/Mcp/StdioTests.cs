using System.Text.Json;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Mcp;

/// <summary>The proxy as a process that an MCP client starts.</summary>
public sealed class StdioTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private const string Initialize =
        """
        {"jsonrpc":"2.0","id":1,"method":"initialize",
        "params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
        """;

    private const string Call =
        """
        {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"callAgent",
        "arguments":{"targetAgentId":"gated","interactionType":"stream","messages":[{"role":"user","content":"hi"}]}}}
        """;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("--stdio", null)]
    [InlineData(null, "stdio")]
    public async Task Lists_and_calls(string? flag, string? transport)
    {
        await using var client = await McpClient.CreateAsync(
            new StdioClientTransport(new()
            {
                Command = ProxyProgram.Words[0],
                Arguments = [.. ProxyProgram.Words[1..], .. new[] { flag }.OfType<string>()],
                EnvironmentVariables = new Dictionary<string, string?>
                {
                    ["AGENT_SERVERS"] = $"{fixture.MastraUrl},{fixture.LangGraphUrl}",
                    ["MCP_TRANSPORT"] = transport,
                    ["MCP_DISCOVERY_TIMEOUT_SECONDS"] = "60",
                },
            }),
            new() { DiscoverProbeTimeout = _patience },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, (await client.FieldsAsync("listAgents")).Get("summary", "onlineServers").GetInt32());
        Assert.Equal("echo: over stdio", (await client.AskAsync("server1:echoAgent", "over stdio")).Text());
    }

    [Fact]
    public async Task Writes_nothing_but_the_protocol_and_ends_with_its_input()
    {
        using var process = ProxyProgram.Start(["--stdio"], ["Logging__LogLevel__Default=Debug"]);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            var log = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteLineAsync(Initialize.ReplaceLineEndings("").AsMemory(), patience.Token);
            await process.StandardInput.FlushAsync(patience.Token);
            var line = await process.StandardOutput.ReadLineAsync(patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);

            var answer = JsonSerializer.Deserialize<JsonElement>(line ?? "");
            Assert.Equal("mcp-agent-proxy", answer.Get("result", "serverInfo", "name").GetString());
            Assert.Empty(await process.StandardOutput.ReadToEndAsync(patience.Token));
            Assert.NotEmpty(await log);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task Writes_the_answer_to_a_call_that_was_under_way_when_its_input_ended()
    {
        await using var agents = await GatedAgentServer.StartAsync(TestContext.Current.CancellationToken);

        var running = PipeAsync(agents, [Call], "MCP_SHUTDOWN_SECONDS=60");
        await Wait.UntilAsync(() => Task.FromResult(agents.Calls is 1), _patience);
        agents.LetOneGoOn();
        var (exitCode, output) = await running;

        var answer = Assert.Single(output, message => message.Get("id").GetInt32() is 2);
        Assert.Contains(GatedAgentServer.Answer, answer.Get("result", "content", 0, "text").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Cuts_off_and_answers_a_call_that_does_not_end_although_its_input_has()
    {
        await using var agents = await GatedAgentServer.StartAsync(TestContext.Current.CancellationToken);

        var (exitCode, output) = await PipeAsync(agents, [Call], "MCP_SHUTDOWN_SECONDS=1");

        var answer = Assert.Single(output, message => message.Get("id").GetInt32() is 2);
        Assert.Contains("The proxy is being stopped", answer.Get("result", "content", 0, "text").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Writes_the_answer_to_a_call_that_was_under_way_when_it_was_told_to_end()
    {
        await using var agents = await GatedAgentServer.StartAsync(TestContext.Current.CancellationToken);
        var process = ProxyProgram.Start(["--stdio"], [$"AGENT_SERVERS={agents.MastraUrl}", "MCP_DISCOVERY_TIMEOUT_SECONDS=60", "MCP_SHUTDOWN_SECONDS=60"]);
        await process.StandardInput.WriteAsync($"{Initialize.ReplaceLineEndings("")}\n{Call.ReplaceLineEndings("")}\n");
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await using var program = new RunningProgram(process);
        await Wait.UntilAsync(() => Task.FromResult(agents.Calls is 1), _patience);

        await program.SignalAsync("TERM");
        await Wait.UntilAsync(() => Task.FromResult(program.Output.Contains("shutting down", StringComparison.Ordinal)), _patience);
        agents.LetOneGoOn();

        Assert.Equal(0, await program.ExitCodeAsync(_patience));
        Assert.Contains(GatedAgentServer.Answer, program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_ambiguous_JSON_with_a_sentence()
    {
        await using var agents = await GatedAgentServer.StartAsync(TestContext.Current.CancellationToken);
        (string Arguments, string Problem)[] rows =
        [
            ("""{"message":"\ud800"}""", "params holds text that is not Unicode (a lone surrogate)"),
            ("""{"message":"hi","\udc00":1}""", "params holds text that is not Unicode (a lone surrogate)"),
            ("""{"message":"hi","message":"ho"}""", "params.arguments has two members of the same name"),
            ("""{"message":"hi","agentOptions":{"a":{"b":1,"b":2}}}""", "params.arguments.agentOptions.a has two members of the same name"),
            ("""{"message":"hi","resume":1e400}""", "params.arguments.resume is too large a number"),
        ];
        var calls = rows.Select(
            (row, i) => $$"""{"params":{"arguments":{{row.Arguments}},"name":"callAgent"},"jsonrpc":"2.0","id":{{i + 2}},"method":"tools/call"}""");

        var (exitCode, output) = await PipeAsync(agents, [.. calls], "MCP_SHUTDOWN_SECONDS=60");

        var answers = output.Where(message => message.Get("id").GetInt32() > 1).OrderBy(message => message.Get("id").GetInt32());
        Assert.Equal(
            rows.Select(row => (-32602, $"Nothing was done: {row.Problem}. Correct it and call again.")),
            answers.Select(answer => (answer.Get("error", "code").GetInt32(), answer.Get("error", "message").GetString()!)));
        Assert.Equal(0, exitCode);
        Assert.Equal(0, agents.Calls);
    }

    /// <summary>Calls as a script does that pipes its messages in: the input has ended before anything is answered.</summary>
    private static async Task<(int ExitCode, IReadOnlyList<JsonElement> Output)> PipeAsync(GatedAgentServer agents, string[] messages, string setting)
    {
        var (exitCode, output, _) = await ProxyProgram.RunAsync(
            ["--stdio"],
            [$"AGENT_SERVERS={agents.MastraUrl}", "MCP_DISCOVERY_TIMEOUT_SECONDS=60", setting],
            input: string.Concat(messages.Prepend(Initialize).Select(message => message.ReplaceLineEndings("") + '\n')));

        return (exitCode, [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))]);
    }
}
