using System.Net;
using ModelContextProtocol.AspNetCore;

namespace McpProxy.Tests.McpHttp;

/// <summary>What is not served, with which status, and that the reason names the message if it could be read.</summary>
public sealed class RefusalTests
{
    public static TheoryData<string> Garbage { get; } =
    [
        "", "{", "null", "5", "[]", "{} {}",
        """[{"jsonrpc":"2.0","id":1,"method":"ping"}]""",
        """{"id":1,"method":"ping"}""",
        """{"jsonrpc":2,"id":1,"method":"ping"}""",
        """{"jsonrpc":"2.0","id":null,"method":"ping"}""",
        """{"jsonrpc":"2.0","id":1.5,"method":"ping"}""",
        """{"jsonrpc":"2.0","id":{},"method":"ping"}""",
        """{"jsonrpc":"2.0","id":1,"method":5}""",
        """{"jsonrpc":"2.0","id":1,"method":"\ud800"}""",
        """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{},"_meta":{}}}""",
        """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"name":"\ud800"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"ping","params":""" + new string('[', 100) + new string(']', 100) + "}",
    ];

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Refuses_what_is_not_a_message(string body)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);

        using var response = await host.SendAsync(McpRequest.Post(body));
        var message = await response.ReadMessageAsync();

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32600, (int)message["error"]!["code"]!);
        Assert.Null(message["id"]);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[1]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":5}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5,"arguments":[]}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":"no"}""")]
    public async Task Answers_a_message_that_makes_no_sense_with_an_error(string body)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);

        using var response = await host.SendAsync(McpRequest.Post(body));
        var message = await response.ReadMessageAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull(message["error"]);
        Assert.Equal(1, (int)message["id"]!);
    }

    [Fact]
    public async Task Refuses_a_body_of_more_than_four_megabytes_and_takes_a_smaller_one()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        var large = new { name = "echo", arguments = new { text = new string('x', 4 * 1024 * 1024) } };
        var smaller = new { name = "echo", arguments = new { text = new string('x', 3 * 1024 * 1024) } };
        using var request = McpRequest.Legacy("tools/call", large, id: 1);
        request.Headers.ExpectContinue = true;

        using var refused = await host.SendAsync(request);
        using var taken = await host.SendAsync(McpRequest.Legacy("tools/call", smaller, id: 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.NotNull((await refused.ReadMessageAsync())["error"]);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.NotAcceptable)]
    [InlineData("text/event-stream", HttpStatusCode.NotAcceptable)]
    [InlineData("application/json, text/event-stream", HttpStatusCode.OK)]
    [InlineData("*/*", HttpStatusCode.OK)]
    public async Task Wants_a_client_that_takes_both_json_and_a_stream(string accept, HttpStatusCode expected)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        using var request = McpRequest.Legacy("tools/list", new { }, id: 1);
        request.Headers.Remove("Accept");
        request.Headers.Add("Accept", accept);

        using var response = await host.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Wants_json()
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        using var request = McpRequest.Initialize();
        request.Content!.Headers.ContentType = new("text/plain");

        using var response = await host.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", HttpServerSessionMode.Stateless, "2025-11-25")]
    [InlineData("DELETE", HttpServerSessionMode.Stateless, "2025-11-25")]
    [InlineData("GET", HttpServerSessionMode.StatefulForInitializeClients, "2026-07-28")]
    [InlineData("DELETE", HttpServerSessionMode.StatefulForInitializeClients, "2026-07-28")]
    public async Task Allows_only_POST_where_there_are_no_sessions(string method, HttpServerSessionMode mode, string version)
    {
        await using var host = await McpHost.StartAsync(mode);
        using var request = new HttpRequestMessage(new(method), "") { Headers = { { "MCP-Protocol-Version", version } } };

        using var response = await host.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData(HttpServerSessionMode.Stateless, "1999-01-01", "2026-07-28")]
    [InlineData(HttpServerSessionMode.Stateless, "2099-01-01", "2026-07-28")]
    [InlineData(HttpServerSessionMode.StatefulForInitializeClients, "1999-01-01", "2026-07-28")]
    [InlineData(HttpServerSessionMode.Stateful, "2026-07-28", "2024-11-05 2025-03-26 2025-06-18 2025-11-25")]
    public async Task Says_which_versions_it_speaks_to_one_that_speaks_another(HttpServerSessionMode mode, string version, string supported)
    {
        await using var host = await McpHost.StartAsync(mode);
        using var request = McpRequest.Post("tools/list", new { }, id: "mine");
        request.Headers.Add("MCP-Protocol-Version", version);

        using var response = await host.SendAsync(request);
        var message = await response.ReadMessageAsync();

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32022, (int)message["error"]!["code"]!);
        Assert.Equal(version, (string?)message["error"]!["data"]!["requested"]);
        Assert.Equal(supported.Split(' '), message["error"]!["data"]!["supported"]!.AsArray().Select(item => (string?)item));
        Assert.Equal("mine", (string?)message["id"]);
    }

    [Theory]
    [InlineData("notifications/initialized")]
    [InlineData("notifications/cancelled")]
    [InlineData("notifications/of/a/future/kind")]
    public async Task Accepts_notifications_without_a_word(string method)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);

        using var response = await host.SendAsync(McpRequest.Legacy(method, new { requestId = 1 }));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
