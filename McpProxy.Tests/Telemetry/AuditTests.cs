using System.Text.Json;

namespace McpProxy.Tests.Telemetry;

/// <summary>The audit log: one line with fields for each thing that somebody did or tried, and never what was said.</summary>
public sealed class AuditTests(SampleAgentServerFixture agents) : IClassFixture<SampleAgentServerFixture>
{
    private const string Category = "McpProxy.Audit";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_somebody_does_or_tries_is_one_record()
    {
        var url = new Uri(agents.Client.BaseAddress!, "mastra").ToString();
        await using var proxy = await StartedProxy.StartAsync(
            $"AGENT_SERVERS={url}",
            "MCP_DISCOVERY_TIMEOUT_SECONDS=60",
            "MCP_API_KEY__ops__Key=the-key-of-ops",
            "MCP_API_KEY__ops__Role=operator",
            "MCP_API_KEY__sam__Key=the-key-of-sam",
            "MCP_API_KEY__sam__Agents=server0:echoAgent",
            "Logging__Console__FormatterName=json");
        await using var ops = await Proxy.CreateClientWithAsync(proxy.Endpoint, "the-key-of-ops");
        await using var sam = await Proxy.CreateClientWithAsync(proxy.Endpoint, "the-key-of-sam");
        var other = new { serverUrl = new Uri(agents.Client.BaseAddress!, "langgraph").ToString(), serverName = "other" };

        await sam.AskAsync("server0:echoAgent", "a private matter");
        await sam.AskAsync("server0:weatherAgent", "a private matter");
        await sam.CallAsync("callAgent", new { targetAgentId = "echoAgent", message = "a private matter", background = true });
        await sam.CallAsync("connectServer", other);
        await sam.CallAsync("getAgentRun", new { runId = "run_secret-handle" });
        await ops.CallAsync("connectServer", other);
        await ops.CallAsync("disconnectServer", new { other.serverName });
        using var http = new HttpClient { BaseAddress = proxy.Url };
        using var nobody = await http.GetAsync("/status?key=the-key-of-eve", CancellationToken);
        http.DefaultRequestHeaders.Add("x-api-key", "the-key-of-eve");
        using var eve = await http.GetAsync("/status", CancellationToken);

        await Wait.UntilAsync(() => Records(proxy).Count >= 10);
        string[] expected =
        [
            "call server0:echoAgent key:sam Caller answered",
            "callAgent server0:weatherAgent key:sam Caller refused (AgentNotFound)",
            "run server0:echoAgent key:sam Caller goes on in the background",
            "call server0:echoAgent key:sam Caller answered",
            "connectServer other key:sam Caller refused (RefusedByPolicy)",
            "getAgentRun  key:sam Caller refused (NotFound)",
            "connectServer other key:ops Operator done",
            "disconnectServer other key:ops Operator done",
            "sign-in /status unknown None refused",
            "sign-in /status unknown None refused",
        ];
        Assert.Equal(expected.Order(), Records(proxy).Order());
        foreach (var secret in new[] { "private", "the-key-of", "secret-handle" })
        {
            Assert.DoesNotContain(secret, proxy.Program.Output, StringComparison.Ordinal);
        }
    }

    /// <summary>Action, target, caller, role, the beginning of the outcome, and the kind of each record.</summary>
    private static List<string> Records(StartedProxy proxy)
    {
        var records = new List<string>();
        foreach (var line in proxy.Program.Output.Split('\n').Where(line => line.Contains(Category, StringComparison.Ordinal)))
        {
            var state = JsonDocument.Parse(line).RootElement.Get("State");
            Assert.True(state.Get("Milliseconds").GetInt64() >= 0);
            Assert.True(state.Get("Bytes").GetInt64() >= 0);
            var outcome = state.Get("Outcome").GetString()!.Split(',')[0];
            records.Add($"{state.Get("Action")} {state.Get("Target")} {state.Get("Caller")} {state.Get("Role")} {outcome}{state.Get("Kind")}");
        }

        return records;
    }
}
