namespace McpProxy.Tests.Interop;

/// <summary>Each version of Mastra takes the thread of a conversation in its own form.</summary>
public sealed class MastraThreadTests(RealAgentServers servers) : MastraTestBase(servers)
{
    [Theory]
    [InlineData(RealServer.Mastra1, "memoryAgent", "generate", null)]
    [InlineData(RealServer.Mastra1, "memoryAgent", "stream", "ann")]
    [InlineData(RealServer.Mastra1, "legacyMemoryAgent", "generate", null)]
    [InlineData(RealServer.Mastra1, "legacyMemoryAgent", "stream", "ann")]
    [InlineData(RealServer.Mastra010, "memoryAgent", "generate", null)]
    [InlineData(RealServer.Mastra010, "memoryAgent", "stream", "ann")]
    public async Task Continues_a_thread(RealServer kind, string agent, string interactionType, string? resourceId)
    {
        var client = await ConnectAsync(kind);
        var threadId = Guid.NewGuid().ToString();

        var first = await client.CallAsync("callAgent", Call(agent, interactionType, "I am Ann.", threadId, resourceId));
        var second = await client.CallAsync("callAgent", Call(agent, interactionType, "Who am I?", threadId, resourceId));

        Assert.Equal("seen 1 user messages, last: I am Ann.", first.Text());
        Assert.Equal("seen 2 user messages, last: Who am I?", second.Text());
        Assert.Equal(threadId, second.StructuredContent!.Value.Get("threadId").GetString());
    }

    [Theory]
    [InlineData(RealServer.Mastra1, "memoryAgent")]
    [InlineData(RealServer.Mastra1, "legacyMemoryAgent")]
    [InlineData(RealServer.Mastra010, "memoryAgent")]
    public async Task Says_that_a_thread_belongs_to_another_resource(RealServer kind, string agent)
    {
        var client = await ConnectAsync(kind);
        var threadId = Guid.NewGuid().ToString();
        await client.FieldsAsync("callAgent", Call(agent, "generate", "hi", threadId, "ann"));

        var failure = await client.FailureAsync("callAgent", Call(agent, "generate", "hi", threadId, "bob"));

        Assert.Equal(
            $"Thread '{threadId}' on server 'server0' belongs to another resource. Pass the resourceId that the thread was started with, or another threadId.",
            failure);
    }
}
