using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;

namespace McpProxy.Tests.Dialects.LangGraph;

/// <summary>Runs whose connections end too early, on a server that answers as fast as it can.</summary>
public sealed class LangGraphFollowerTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reads_an_answer_through_as_many_connections_as_it_takes(bool properly)
    {
        var (result, requests) = await CallAsync(Cuts.WhenIdle(TimeSpan.FromMilliseconds(120), properly));

        Assert.Equal("one two three four five six seven eight nine ten", result.Text().Trim());
        Assert.Equal(10, result.StructuredContent!.Value.Get("responseData", "summary", "totalChunks").GetInt32());
        Assert.Single(requests, request => request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith("/runs/stream", StringComparison.Ordinal));
        var joins = requests.Count(request => request.StartsWith("GET", StringComparison.Ordinal) && request.EndsWith("/stream", StringComparison.Ordinal));
        Assert.True(joins > 5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Does_not_join_a_stream_again_whose_events_have_no_ids(bool properly)
    {
        var (result, requests) = await CallAsync(Cuts.After("\"three \"", properly, leavesIdsOut: true));

        Assert.True(result.IsError);
        Assert.Contains("broke off", result.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            requests,
            request => request.StartsWith("GET", StringComparison.Ordinal) && request.EndsWith("/stream", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Says_that_an_answer_is_gone_with_the_thread_it_was_on()
    {
        using var direct = new HttpClient { BaseAddress = new(fixture.LangGraphUrl) };
        var thread = "";
        var cut = Cuts.After("\"three \"", properly: false, () => direct.DeleteAsync(thread, CancellationToken).GetAwaiter().GetResult().Dispose());

        var (result, _) = await CallAsync((context, body) =>
        {
            thread = context.Request.Path.Value!.Split("/runs")[0];

            return cut(context, body);
        });

        Assert.True(result.IsError);
        Assert.StartsWith("The answer of agent 'slowAgent' on server 'server0' can't be had any more", result.Text(), StringComparison.Ordinal);
    }

    private async Task<(CallToolResult Result, IReadOnlyList<string> Requests)> CallAsync(Func<HttpContext, Stream, Task> passOn)
    {
        await using var relay = await Relay.StartAsync(new(fixture.LangGraphUrl), passOn, CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={relay.Url}/langgraph");
        await using var client = await proxy.CreateClientAsync();

        return (await client.AskAsync("server0:slowAgent", "count", "stream"), relay.TakeRequests());
    }
}
