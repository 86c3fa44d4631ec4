using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Limits;

/// <summary>The program with the memory that it has in a container of 512 MB, and every kind of request that takes a lot of it, all at once.</summary>
[Collection(AloneGroup.Name)]
public sealed class MemoryAttackTests
{
    private const long Container = 512 * 1024 * 1024;

    // Three quarters of the container, in hexadecimal: the limit that the runtime sets itself there.
    private const string Heap = "DOTNET_GCHeapHardLimit=18000000";

    // In a container the runtime would see by itself that memory is nearly full. Here this setting makes it believe so.
    private const string Pressure = "DOTNET_GCHighMemPercent=5";

    private static readonly string[] _lists = ["endless", "wide", "many"];
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Refuses_what_is_too_much_serves_others_and_frees_its_memory_afterwards()
    {
        await using var agents = await GreedyAgentServer.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await StartedProxy.StartAsync(
            Heap,
            Pressure,
            $"AGENT_SERVERS={agents.Url("mastra")}",
            "MCP_DISCOVERY_TIMEOUT_SECONDS=60",
            "MCP_MIN_READ_BYTES_PER_SECOND=1000000");
        await using var other = await Proxy.CreateClientAsync(proxy.Endpoint);
        await using var attacker = await Proxy.CreateClientAsync(proxy.Endpoint);

        var answers = Enumerable.Range(0, 40).Select(_ => attacker.AskAsync("server0:big", "Hello")).ToList();
        await IsServedAsync();
        foreach (var answer in await Task.WhenAll(answers))
        {
            IsAnsweredOrRefused(answer);
        }

        var silent = new List<RawConnection>();
        for (var i = 0; i < 60; i++)
        {
            silent.Add(await RawConnection.OpenAsync(proxy.Url));
            await silent[^1].SendAsync(RawConnection.Call("server0:large"));
        }

        await IsServedAsync();
        foreach (var list in _lists)
        {
            var refusal = await attacker.FailureAsync("connectServer", new { serverUrl = agents.Url(list) });
            Assert.Matches("which is more than the proxy takes|no room", refusal);
        }

        var half = new List<RawConnection>();
        for (var i = 0; i < 100; i++)
        {
            half.Add(await RawConnection.OpenAsync(proxy.Url));
            try
            {
                await half[^1].SendAsync(RawConnection.Head(4_000_000) + new string('x', 3_800_000));
            }
            catch (IOException)
            {
                // It was refused before it had all been sent.
            }
        }

        await IsServedAsync();
        silent.ForEach(connection => connection.Dispose());
        half.ForEach(connection => connection.Dispose());

        await Wait.UntilAsync(async () => (await attacker.AskAsync("server0:large", "Hello")).IsError is not true, _patience);
        await IsServedAsync();
        Assert.False(proxy.Program.HasEnded);
        Assert.DoesNotContain("OutOfMemory", proxy.Program.Output, StringComparison.Ordinal);
        Assert.InRange(proxy.Program.Kilobytes("VmHWM"), 0, Container / 1024);

        async Task IsServedAsync() => Assert.Equal("well", (await other.AskAsync("server0:small", "Hello")).Text());
    }

    private static void IsAnsweredOrRefused(CallToolResult answer)
        => Assert.True(
            answer.IsError is not true || answer.Text().Contains("the proxy has no room for more answers now", StringComparison.Ordinal),
            answer.Text()[..Math.Min(300, answer.Text().Length)]);
}
