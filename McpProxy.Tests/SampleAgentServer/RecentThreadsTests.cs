using McpProxy.SampleAgentServer;

namespace McpProxy.Tests.SampleAgentServer;

public sealed class RecentThreadsTests
{
    [Fact]
    public void Forgets_the_oldest_thread_beyond_a_thousand()
    {
        var threads = new RecentThreads<string>();
        for (var i = 0; i <= 1000; i++)
        {
            threads.GetOrAdd($"{i}", $"thread {i}");
        }

        Assert.Null(threads.Find("0"));
        Assert.Equal("thread 1", threads.Find("1"));
        Assert.Equal("thread 1000", threads.GetOrAdd("1000", "another"));
    }
}
