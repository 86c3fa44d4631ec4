namespace McpProxy.Tests.Mcp.Tasks;

/// <summary>Tasks whose replica was killed.</summary>
public sealed class AgentTaskReplicaTests(ProxyFixture agents) : IClassFixture<ProxyFixture>, IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Theory]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task Another_replica_ends_them_and_takes_their_answers(string backend)
    {
        var redis = await _backends.ServerAsync();
        string[] settings =
        [
            .. await _backends.SettingsAsync(backend, redis),
            $"AGENT_SERVERS={agents.MastraUrl.Replace("/mastra", "/openai", StringComparison.Ordinal)} {agents.LangGraphUrl}",
        ];
        await using var killed = await StartedProxy.StartAsync(settings);
        await using var survivor = await StartedProxy.StartAsync(settings);
        using var first = new TaskClient(killed.Endpoint);
        using var second = new TaskClient(survivor.Endpoint);
        var slow = (await first.CallAsync("server0:slowAgent", "count")).Get("taskId").GetString()!;
        var asking = (await first.CallAsync("server1:approvalAgent", "delete it")).Get("taskId").GetString()!;
        var question = Assert.Single((await first.EndAsync(asking)).Get("inputRequests").EnumerateObject());

        await redis.AreKeptAsync(slow, asking);
        await killed.Program.KillAsync();
        await second.AnswerAsync(asking, question.Name, new { action = "accept", content = new { answer = "yes" } });
        var answered = await second.EndAsync(asking);
        var counted = await second.EndAsync(slow);

        Assert.Equal("done: delete it", answered.Get("result", "content", 0, "text").GetString());
        Assert.Equal("one two three four five six seven eight nine ten", counted.Get("result", "content", 0, "text").GetString()!.Trim());
    }
}
