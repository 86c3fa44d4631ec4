using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Dialects.Mastra;

/// <summary>What an agent of an older Mastra server says in plain text, which the sample agents never do.</summary>
public sealed class MastraPlainTextTests
{
    [Fact]
    public async Task Cuts_no_character_in_two_and_replaces_one_that_came_as_half()
    {
        // Takes an odd number of UTF-16 units before characters of two, and ends with half of one.
        var whole = "a" + string.Concat(Enumerable.Repeat("😀", 3000));
        byte[] body = [.. Encoding.UTF8.GetBytes(whole), 0xED, 0xA0, 0x80];
        await using var server = LocalServer.Build();
        server.MapPost("/api/agents/plain/stream", () => Results.Bytes(body, "text/plain"));
        await server.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS=mastra+{server.Urls.Single()}", "MCP_RESULT_DETAIL=full");
        await using var client = await proxy.CreateClientAsync();
        var heard = new Hearing();

        var result = await client.AskAsync("server0:plain", "Hello", "stream", heard);

        Assert.False(result.IsError is true, result.Text());
        Assert.Equal(whole, result.Text().TrimEnd('\uFFFD'));
        var chunks = Assert.NotNull(result.StructuredContent).Get("responseData", "chunks").EnumerateArray();
        Assert.Equal(result.Text(), string.Concat(chunks.Select(chunk => chunk.Get("content").GetString())));
        Assert.StartsWith(heard.Words, result.Text(), StringComparison.Ordinal);
    }
}
