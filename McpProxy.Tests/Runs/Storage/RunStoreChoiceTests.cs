using McpProxy.Api;
using McpProxy.Api.Runs.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.Tests.Runs.Storage;

public sealed class RunStoreChoiceTests
{
    [Theory]
    [InlineData("local", typeof(LocalRunStore))]
    [InlineData("redis", typeof(RedisRunStore))]
    [InlineData("upstash", typeof(RedisRunStore))]
    public async Task Runs_are_remembered_where_connections_are(string backend, Type store)
    {
        foreach (var transport in new[] { "http", "stdio" })
        {
            await using var app = ProxyApp.Build(
            [
                $"--MCP_TRANSPORT={transport}", $"--MCP_CONNECTION_BACKEND={backend}", "--ConnectionStrings:redis=127.0.0.1:1",
                "--UPSTASH_REDIS_REST_URL=http://127.0.0.1:1", "--UPSTASH_REDIS_REST_TOKEN=token",
            ]);

            Assert.IsType(store, app.Services.GetRequiredService<IRunStore>());
        }
    }
}
