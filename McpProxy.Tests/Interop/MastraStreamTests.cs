namespace McpProxy.Tests.Interop;

/// <summary>Each version of Mastra streams in a form of its own.</summary>
public sealed class MastraStreamTests(RealAgentServers servers) : MastraTestBase(servers)
{
    [Theory]
    [InlineData(RealServer.Mastra1)]
    [InlineData(RealServer.Mastra010)]
    public async Task Streams_an_answer_word_by_word(RealServer kind)
    {
        var client = await ConnectAsync(kind, "MCP_RESULT_DETAIL=full");

        var result = await client.AskAsync("server0:slowAgent", "go", "stream");

        Assert.Equal("one two three four five six seven eight nine ten", result.Text());
        var fields = result.StructuredContent!.Value;
        Assert.Equal("collected_stream", fields.Get("responseData", "type").GetString());
        var chunks = fields.Get("responseData", "chunks").EnumerateArray().ToList();
        Assert.Equal("three ", chunks[2].Get("content").GetString());
        Assert.Equal(10, chunks.DistinctBy(chunk => chunk.Get("timestamp").GetDateTimeOffset()).Count());
        AssertUsage(7, 10, fields);
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "data: {\"type\":\"finish\"")]
    [InlineData(RealServer.Mastra010, "d:{")]
    public async Task Does_not_take_half_a_stream_for_the_answer(RealServer kind, string end)
    {
        await using var relay = await RelayAsync(kind, body => body.Split(end)[0]);
        var client = await ConnectAsync(relay.Url);

        var failure = await client.FailureAsync("callAgent", Call("echoAgent", "stream", "hi there"));

        Assert.StartsWith("Agent 'echoAgent' on server 'server0' broke off before its answer was complete.", failure, StringComparison.Ordinal);
        Assert.EndsWith("echo: hi there", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "data: {\"type\":\"text-delta\"", "data: {\"type\":}")]
    [InlineData(RealServer.Mastra010, "0:\"", "0:")]
    public async Task Does_not_guess_at_a_stream_it_can_not_read(RealServer kind, string readable, string unreadable)
    {
        await using var relay = await RelayAsync(kind, body => body.Replace(readable, unreadable, StringComparison.Ordinal));
        var client = await ConnectAsync(relay.Url);

        var failure = await client.FailureAsync("callAgent", Call("echoAgent", "stream", "hi there"));

        Assert.StartsWith("Agent server 'server0' does not answer as a Mastra server does.", failure, StringComparison.Ordinal);
    }
}
