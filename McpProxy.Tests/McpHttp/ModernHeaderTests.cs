using System.ComponentModel;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Tests.McpHttp;

/// <summary>2026-07-28 repeats in headers what stands in the message, so that whoever stands between need not read it. The two must agree.</summary>
public sealed class ModernHeaderTests
{
    private const int HeaderMismatch = -32020;
    private const int InvalidParams = -32602;

    [Theory]
    [InlineData("MCP-Protocol-Version", null)]
    [InlineData("MCP-Protocol-Version", "2025-11-25")]
    [InlineData("Mcp-Method", null)]
    [InlineData("Mcp-Method", "tools/list")]
    [InlineData("Mcp-Method", "Tools/Call")]
    [InlineData("Mcp-Name", null)]
    [InlineData("Mcp-Name", "report")]
    [InlineData("Mcp-Name", "=?base64?ZWNo?=")]
    [InlineData("Mcp-Name", "=?base64?not base 64?=")]
    public async Task Refuses_a_header_that_differs_from_the_message(string header, string? value)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        using var request = McpRequest.ModernCall("echo", new { text = "hello" }, id: "mine");
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);

        await AssertRefusedAsync(host, request, HeaderMismatch);
    }

    [Theory]
    [InlineData("Mcp-Name", " echo ")]
    [InlineData("Mcp-Name", "=?base64?ZWNobw==?=")]
    [InlineData("mcp-NAME", "echo")]
    [InlineData("Mcp-Session-Id", "of another revision")]
    public async Task Takes_every_right_way_to_write_a_header(string header, string value)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        using var request = McpRequest.ModernCall("echo", new { text = "hello" });
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await host.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Mcp-Session-Id"));
    }

    [Theory]
    [InlineData(MetaKeys.ProtocolVersion, null)]
    [InlineData(MetaKeys.ClientCapabilities, null)]
    [InlineData(MetaKeys.ClientCapabilities, "not an object")]
    public async Task Refuses_a_request_without_its_metadata(string key, string? value)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);
        var parameters = new JsonObject();
        using var complete = McpRequest.ModernRequest("tools/list", parameters);
        parameters["_meta"]!.AsObject().Remove(key);
        if (value is not null)
        {
            parameters["_meta"]![key] = value;
        }

        using var request = McpRequest.Post("tools/list", parameters, id: "mine");
        request.Headers.Add("MCP-Protocol-Version", McpRequest.Modern);
        request.Headers.Add("Mcp-Method", "tools/list");

        await AssertRefusedAsync(host, request, InvalidParams);
    }

    [Theory]
    [InlineData("initialize")]
    [InlineData("ping")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/subscribe")]
    [InlineData("no/such/method")]
    public async Task Does_not_find_methods_that_the_revision_lacks(string method)
    {
        await using var host = await McpHost.StartAsync(HttpServerSessionMode.Stateless);

        using var response = await host.SendAsync(McpRequest.ModernRequest(method, [], id: "mine"));
        var message = await response.ReadMessageAsync();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(-32601, (int)message["error"]!["code"]!);
        Assert.Equal("mine", (string?)message["id"]);
    }

    [Theory]
    [InlineData(42L, "42", true)]
    [InlineData(42L, "42.0", true)]
    [InlineData(42L, "4.2e1", true)]
    [InlineData(42L, "43", false)]
    [InlineData(42L, "many", false)]
    [InlineData(42L, null, false)]
    [InlineData(null, null, true)]
    [InlineData(9_007_199_254_740_993L, "9007199254740993", false)]
    public async Task Compares_arguments_that_are_headers_too(long? argument, string? header, bool agrees)
    {
        await using var host = await McpHost.StartAsync(_ => { }, server => server.WithTools([typeof(HeaderTool)]));
        using var request = McpRequest.ModernCall("count", new { amount = argument }, id: "mine");
        if (header is not null)
        {
            request.Headers.Add("Mcp-Param-Amount", header);
        }

        if (!agrees)
        {
            await AssertRefusedAsync(host, request, HeaderMismatch);
            return;
        }

        using var response = await host.SendAsync(request);
        Assert.Null((await response.ReadMessageAsync())["error"]);
    }

    private static async Task AssertRefusedAsync(McpHost host, HttpRequestMessage request, int code)
    {
        using var response = await host.SendAsync(request);
        var message = await response.ReadMessageAsync();

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, (int)message["error"]!["code"]!);
        Assert.Equal("mine", (string?)message["id"]);
    }

    [McpServerToolType]
    private static class HeaderTool
    {
        [McpServerTool(Name = "count"), Description("Counts.")]
        public static string Count([McpHeader("Amount")] long? amount) => $"{amount}";
    }
}
