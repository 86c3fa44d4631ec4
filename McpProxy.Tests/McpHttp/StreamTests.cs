using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Tests.McpHttp;

public sealed class StreamTests
{
    [Fact(Timeout = McpHost.Patience)]
    public async Task A_quick_answer_is_json_and_anything_before_it_makes_it_a_stream()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        var parameters = new { name = "report", arguments = new { }, _meta = new { progressToken = "p" } };

        using var quick = await host.SendAsync(McpRequest.ModernCall("echo", new { text = "hello" }));
        using var reporting = await host.SendAsync(McpRequest.Legacy("tools/call", parameters, id: "mine"));
        var messages = await ReadToEndAsync(reporting);

        Assert.Equal("application/json", quick.Content.Headers.ContentType?.MediaType);
        Assert.Equal("text/event-stream", reporting.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-store, no-cache", reporting.Headers.CacheControl?.ToString());
        Assert.Equal(["no"], reporting.Headers.GetValues("X-Accel-Buffering"));
        Assert.Equal(2, messages.Count);
        Assert.Equal("notifications/progress", (string?)messages[0]["method"]);
        Assert.Equal("mine", (string?)messages[1]["id"]);
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task A_slow_answer_keeps_the_connection_alive()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);

        using var response = await host.SendAsync(McpRequest.ModernCall("work", new { name = "a" }, id: "mine"));
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var comment = await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        host.Log.Add("a released");
        var rest = await lines.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(": keep-alive", comment);
        Assert.Contains("\"id\":\"mine\"", rest, StringComparison.Ordinal);
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task A_subscription_hears_of_changes_under_its_own_id_and_ends_with_the_server()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        var parameters = new JsonObject { ["notifications"] = new JsonObject { ["toolsListChanged"] = true } };

        using var response = await host.SendAsync(McpRequest.ModernRequest("subscriptions/listen", parameters, id: "mine"));
        await using var events = await OpenAsync(response);
        var acknowledged = await NextAsync(events);
        host.Tools.Add(McpServerTool.Create(() => "new", new() { Name = "new" }));
        var changed = await NextAsync(events);
        await host.StopAsync();
        var ended = await NextAsync(events);

        Assert.Equal("notifications/subscriptions/acknowledged", (string?)acknowledged["method"]);
        Assert.Equal("notifications/tools/list_changed", (string?)changed["method"]);
        Assert.Equal("mine", (string?)ended["id"]);
        Assert.Equal("complete", (string?)ended["result"]!["resultType"]);
        Assert.All(
            [acknowledged["params"], changed["params"], ended["result"]],
            part => Assert.Equal("mine", (string?)part!["_meta"]![MetaKeys.SubscriptionId]));
        Assert.False(await events.MoveNextAsync());
    }

    [Fact(Timeout = McpHost.Patience)]
    public async Task A_stopping_server_ends_what_listens_and_finishes_what_works()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.StatefulForInitializeClients);
        var session = await host.InitializeAsync();
        using var listening = await host.SendAsync(SessionTests.Get(session));
        var work = host.SendAsync(McpRequest.Legacy("tools/call", new { name = "work", arguments = new { name = "a" } }, id: 1, session));
        await host.Log.WaitForAsync("a started");

        var stopped = host.StopAsync();
        Assert.Empty(await ReadToEndAsync(listening));
        host.Log.Add("a released");

        using var response = await work;
        Assert.Contains("\"result\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await stopped;
    }

    internal static async Task<IAsyncEnumerator<SseItem<string>>> OpenAsync(HttpResponseMessage response)
    {
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        return SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    internal static async Task<JsonNode> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        Assert.True(await events.MoveNextAsync());

        return JsonNode.Parse(events.Current.Data)!;
    }

    private static async Task<IReadOnlyList<JsonNode>> ReadToEndAsync(HttpResponseMessage response)
    {
        await using var events = await OpenAsync(response);
        var messages = new List<JsonNode>();
        while (await events.MoveNextAsync())
        {
            messages.Add(JsonNode.Parse(events.Current.Data)!);
        }

        return messages;
    }
}
