using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Agents;

/// <summary>How the proxy finds out which type of agent server it talks to.</summary>
public sealed class ProbingTests : IAsyncLifetime
{
    private readonly WebApplication _server = LocalServer.Build();
    private readonly TaskCompletionSource _isAskedAsMastra = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _isLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isMastra;
    private int _asMastra;
    private int _asLangGraph;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server.MapGet("/api/agents", async (HttpContext context) =>
        {
            Interlocked.Increment(ref _asMastra);
            _isAskedAsMastra.TrySetResult();
            if (_isMastra)
            {
                await context.Response.WriteAsync("""{"mine":{"name":"Mine","instructions":"Answer."}}""");

                return;
            }

            context.RequestAborted.Register(() => _isLeft.TrySetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        _server.MapPost("/assistants/search", async (HttpContext context) =>
        {
            Interlocked.Increment(ref _asLangGraph);
            await _isAskedAsMastra.Task.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = _isMastra ? 404 : 200;
            await context.Response.WriteAsync(_isMastra ? "{}" : """[{"assistant_id":"mine","graph_id":"mine","name":"Mine"}]""");
        });
        await _server.StartAsync(CancellationToken);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Asks_in_all_dialects_at_once_and_leaves_the_others_when_one_has_listed_agents()
    {
        await using var proxy = await StartAsync();
        await using var client = await proxy.CreateClientAsync();

        var server = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0);

        Assert.Equal("langgraph", server.Get("serverType").GetString());
        Assert.Equal("server0:mine", server.Get("agents", 0, "fullyQualifiedId").GetString());
        await _isLeft.Task.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken);
    }

    [Fact]
    public async Task Asks_a_server_whose_type_is_known_in_no_other_dialect()
    {
        await using var proxy = await StartAsync();
        await using var client = await proxy.CreateClientAsync();

        await client.FieldsAsync("listAgents");
        await client.FieldsAsync("listAgents");

        Assert.Equal((1, 2), (_asMastra, _asLangGraph));
    }

    [Fact]
    public async Task Says_that_another_server_answers_now_and_finds_out_which_the_next_time()
    {
        await using var proxy = await StartAsync();
        await using var client = await proxy.CreateClientAsync();
        await client.FieldsAsync("listAgents");
        _isMastra = true;

        var changed = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0);
        var known = (await client.FieldsAsync("listAgents")).Get("serverAgents", 0);

        Assert.Equal("error", changed.Get("status").GetString());
        Assert.Contains("has nothing there (404)", changed.Get("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("mastra", known.Get("serverType").GetString());
    }

    private Task<Proxy> StartAsync() => Proxy.StartAsync($"AGENT_SERVERS={_server.Urls.Single()}", "MCP_DISCOVERY_TIMEOUT_SECONDS=60");
}
