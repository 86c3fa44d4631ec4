namespace McpProxy.Tests.Mcp.Questions;

/// <summary>Questions that one replica asked, and another takes the answer to.</summary>
public sealed class UserQuestionReplicaTests(ProxyFixture agents) : IClassFixture<ProxyFixture>, IAsyncDisposable
{
    private readonly StartedBackends _backends = new();

    public ValueTask DisposeAsync() => _backends.DisposeAsync();

    [Theory]
    [InlineData("redis")]
    [InlineData("upstash")]
    public async Task Any_replica_takes_the_answer_and_only_one_does(string backend)
    {
        var redis = await _backends.ServerAsync();
        string[] settings = [.. await _backends.SettingsAsync(backend, redis), $"AGENT_SERVERS={agents.MastraUrl} {agents.LangGraphUrl}"];
        await using var first = await Proxy.StartAsync(settings);
        await using var second = await Proxy.StartAsync(settings);
        using var toFirst = new HttpClient { BaseAddress = first.Endpoint };
        using var toSecond = new HttpClient { BaseAddress = second.Endpoint };

        // At once: neither knows the other's key yet.
        var states = await Task.WhenAll(new[] { toFirst, toSecond, toFirst, toSecond }.Select(http => UserQuestionTests.AskAsync(http)));
        foreach (var state in states)
        {
            var answers = await Task.WhenAll(UserQuestionTests.AnswerAsync(toFirst, state), UserQuestionTests.AnswerAsync(toSecond, state));

            Assert.Single(answers, answer => UserQuestionTests.Text(answer) is "done: delete it");
            Assert.Single(answers, answer => UserQuestionTests.Text(answer).Contains("was answered before", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_backend_that_is_gone_keeps_no_question_from_the_model_and_an_answer_from_nobody()
    {
        var redis = await _backends.ServerAsync();
        string[] settings = [.. await _backends.SettingsAsync("redis", redis), $"AGENT_SERVERS={agents.MastraUrl} {agents.LangGraphUrl}"];
        await using var first = await Proxy.StartAsync(settings);
        await using var second = await Proxy.StartAsync(settings);
        using var toFirst = new HttpClient { BaseAddress = first.Endpoint };
        await using var client = await new AskedUser().ConnectAsync(second.Endpoint);
        await client.AskAsync("server1:echoAgent", "hi");
        var state = await UserQuestionTests.AskAsync(toFirst);

        await redis.KillAsync();
        var refused = await UserQuestionTests.AnswerAsync(toFirst, state);
        var told = await client.AskAsync("server1:approvalAgent", "delete it");

        Assert.StartsWith("The agent was not sent the answer", UserQuestionTests.Text(refused), StringComparison.Ordinal);
        Assert.StartsWith("The agent stopped and waits for an answer", told.Text(), StringComparison.Ordinal);
    }
}
