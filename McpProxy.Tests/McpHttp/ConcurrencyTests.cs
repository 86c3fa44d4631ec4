using ModelContextProtocol.AspNetCore;

namespace McpProxy.Tests.McpHttp;

public sealed class ConcurrencyTests
{
    private const int Clients = 64;
    private const int CallsOfEach = 10;

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData(McpRequest.Modern)]
    public async Task Clients_that_all_use_the_same_id_get_their_own_answers(string era)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var clients = Enumerable.Range(0, Clients).Select(async client =>
        {
            await start.Task;
            for (var call = 0; call < CallsOfEach; call++)
            {
                var text = $"{client}/{call}";
                using var response = await host.SendAsync(era == McpRequest.Modern
                    ? McpRequest.ModernCall("echo", new { text }, id: 1)
                    : McpRequest.Legacy("tools/call", new { name = "echo", arguments = new { text } }, id: 1));
                var message = await response.ReadMessageAsync();

                Assert.Equal(1, (int)message["id"]!);
                Assert.Equal(text, (string?)message["result"]!["content"]![0]!["text"]);
            }
        }).ToList();
        start.SetResult();

        await Task.WhenAll(clients);
    }

    [Theory]
    [InlineData(HttpServerSessionMode.Stateless)]
    [InlineData(HttpServerSessionMode.StatefulForInitializeClients)]
    public async Task Tools_see_the_request_that_calls_them(HttpServerSessionMode mode)
    {
        await using var host = await McpHost.StartAsync(mode);
        var session = mode is HttpServerSessionMode.Stateless ? null : await host.InitializeAsync();

        foreach (var name in new[] { "ann", "bob" })
        {
            var request = McpRequest.Legacy("tools/call", new { name = "caller", arguments = new { } }, id: 1, session);
            request.Headers.Add("User-Agent", name);
            using var response = await host.SendAsync(request);

            Assert.Equal(name, (string?)(await response.ReadMessageAsync())["result"]!["content"]![0]!["text"]);
        }
    }
}
