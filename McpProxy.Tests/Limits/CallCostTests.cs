namespace McpProxy.Tests.Limits;

/// <summary>What one call costs, counted and not timed: a guard against code that makes every call dearer.</summary>
[Collection(AloneGroup.Name)]
public sealed class CallCostTests
{
    private const int Calls = 200;

    // Client and agent server are in this process too; both are as small as they can be.
    private const long MaxBytes = 86_000;

    [Fact]
    public async Task A_call_takes_no_more_memory_than_it_did()
    {
        await using var agents = await HostileAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync(_ => { }, $"AGENT_SERVERS={agents.Url(HostileAgentServer.Friendly)}");
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };

        // The first calls make what all others use.
        await AllocatedAsync(http);
        var batches = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            batches.Add(await AllocatedAsync(http) / Calls);
        }

        Assert.InRange(batches.Min(), 1, MaxBytes);
    }

    private static async Task<long> AllocatedAsync(HttpClient http)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < Calls; i++)
        {
            var arguments = new { targetAgentId = "server0:echo", message = "Hello" };
            using var request = McpRequest.OfModern("tools/call", new { name = "callAgent", arguments });
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Contains("well", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
