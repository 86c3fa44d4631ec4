using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Dialects.Mastra;

public sealed class MastraConnectionTests
{
    [Theory]
    [InlineData("stream")]
    [InlineData("generate")]
    public async Task An_answer_ends_when_its_server_says_so_although_the_connection_stays_open(string how)
    {
        await using var server = LocalServer.Build();
        server.MapGet("/api/agents", () => new { open = new { name = "Open", instructions = "Answer." } });
        server.MapPost("/api/agents/open/stream", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(
                """
                data: {"type":"text-delta","payload":{"text":"well"}}

                data: {"type":"step-finish","payload":{"stepResult":{"reason":"stop"}}}

                data: {"type":"finish","payload":{"stepResult":{"reason":"stop"}}}

                data: [DONE]


                """.ReplaceLineEndings("\n"),
                context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        await server.StartAsync(TestContext.Current.CancellationToken);
        await using var proxy = await Proxy.StartAsync($"AGENT_SERVERS={server.Urls.Single()}", "MCP_IDLE_TIMEOUT_SECONDS=10");
        await using var client = await proxy.CreateClientAsync();

        var result = await client.AskAsync("server0:open", "hi", how, new Hearing());

        Assert.False(result.IsError is true, result.Text());
        Assert.Equal("well", result.Text());
    }
}
