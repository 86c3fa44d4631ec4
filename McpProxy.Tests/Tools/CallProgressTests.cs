using System.Collections.Concurrent;
using System.Text.Json;
using McpProxy.Tests.Infrastructure;
using ModelContextProtocol;

namespace McpProxy.Tests.Tools;

public sealed class CallProgressTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Theory]
    [InlineData("server0:slowAgent", "2025-03-26")]
    [InlineData("server0:slowAgent", "2025-11-25")]
    [InlineData("server0:slowAgent", "2026-07-28")]
    [InlineData("server1:slowAgent", "2026-07-28")]
    public async Task Tells_what_the_agent_says_while_it_says_it(string agentId, string revision)
    {
        await using var client = await fixture.Proxy.CreateClientAsync(revision);
        var heard = new Hearing();

        var result = await client.CallToolAsync("callAgent", Call(agentId, "stream"), heard, cancellationToken: TestContext.Current.CancellationToken);

        var values = heard.Values.ToList();
        Assert.True(values.Count >= 5, $"The ten words came in {values.Count} pieces.");
        // What comes right before the answer, a client may have stopped listening to.
        Assert.StartsWith(string.Concat(values.Select(value => value.Message)), result.Text() + " ", StringComparison.Ordinal);
        Assert.Equal(values.Select(value => value.Progress).Order().Distinct(), values.Select(value => value.Progress));
        Assert.True(heard.First < heard.Last, "The words should come one after the other.");
        Assert.Equal("one two three four five six seven eight nine ten", result.Text().Trim());
    }

    [Fact]
    public async Task Gives_a_sign_of_life_while_the_agent_says_nothing()
    {
        await using var hostile = await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={hostile.Url(HostileAgentServer.Friendly)}", "MCP_CALL_TIMEOUT_SECONDS=10");
        await using var client = await proxy.CreateClientAsync();
        var heard = new Hearing();

        var result = await client.CallToolAsync("callAgent", Call("server0:hang", "generate"), heard, cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(result.IsError);
        Assert.Null(Assert.Single(heard.Values).Message);
    }

    private static Dictionary<string, object?> Call(string agentId, string interactionType)
        => JsonSerializer.SerializeToElement(new { targetAgentId = agentId, interactionType, messages = new[] { new { role = "user", content = "count" } } })
            .EnumerateObject().ToDictionary(property => property.Name, property => (object?)property.Value);

    /// <summary>Hears at once; <see cref="Progress{T}"/> would hear in any order.</summary>
    private sealed class Hearing : IProgress<ProgressNotificationValue>
    {
        public ConcurrentQueue<ProgressNotificationValue> Values { get; } = [];

        public long First { get; private set; }

        public long Last { get; private set; }

        public void Report(ProgressNotificationValue value)
        {
            Last = Environment.TickCount64;
            First = Values.IsEmpty ? Last : First;
            Values.Enqueue(value);
        }
    }
}
