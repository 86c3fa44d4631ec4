using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Proxy = McpProxy.Testing.Proxies.Proxy;
using static Microsoft.Playwright.Assertions;

namespace McpProxy.Tests.Operator;

/// <summary>Who gets to see the page, of which calls, and what agent servers may try there.</summary>
public sealed class ConsoleSafetyTests(ConsoleBrowser browser, SampleAgentServerFixture agents)
    : IClassFixture<ConsoleBrowser>, IClassFixture<SampleAgentServerFixture>
{
    private const string Markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Mastra => new Uri(agents.Client.BaseAddress!, "mastra").ToString();

    [Fact]
    public async Task Its_files_are_open_small_and_let_nothing_else_run()
    {
        await using var proxy = await Proxy.StartAsync("MCP_CONSOLE=true", "MCP_API_KEYS=key");
        using var http = new HttpClient { BaseAddress = proxy.Url };
        var (size, files) = (0, new Queue<string>(["/"]));
        var seen = new HashSet<string>(files);
        while (files.TryDequeue(out var file))
        {
            using var response = await http.GetAsync(file, CancellationToken);
            var text = await response.Content.ReadAsStringAsync(CancellationToken);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            using var again = new HttpRequestMessage(HttpMethod.Get, file) { Headers = { IfNoneMatch = { response.Headers.ETag! } } };
            using var unchanged = await http.SendAsync(again, CancellationToken);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
            size += text.Length;
            foreach (Match link in Regex.Matches(text, """(?:(?:href|src)="|from "\./)(?<file>[\w./-]+\.(?:js|css|svg))"""))
            {
                var name = $"/console/{Path.GetFileName(link.Groups["file"].Value)}";
                if (seen.Add(name))
                {
                    files.Enqueue(name);
                }
            }
        }

        Assert.Contains("/console/try.js", seen);
        Assert.InRange(size, 0, 100_000);
        using var closed = await http.GetAsync("/operator/me", CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
    }

    [Fact]
    public async Task Asks_for_a_key_says_when_it_is_wrong_and_shows_a_caller_nothing_that_is_for_operators()
    {
        await using var proxy = await Proxy.StartAsync(
            "MCP_CONSOLE=true", $"AGENT_SERVERS={Mastra}",
            "MCP_API_KEY__ops__Key=ops", "MCP_API_KEY__ops__Role=operator", "MCP_API_KEY__ann__Key=ann");
        await browser.VisitAsync(
            proxy.Url,
            async window =>
            {
                var key = window.Field("Key or access token");
                await Expect(key).ToBeFocusedAsync();
                await Expect(window.Text("This proxy asks who you are")).ToBeVisibleAsync();
                await window.FillAsync(key, "wrong");
                await window.UseAsync(window.Button("Go on"));
                await Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("That key is wrong, or not valid any more.");

                await window.FillAsync(key, "ann");
                await window.UseAsync(window.Button("Go on"));
                await Expect(window.Heading("server0")).ToBeVisibleAsync();
                await Expect(window.Page.Locator("header")).ToContainTextAsync("ann (caller)");
                await Expect(window.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
                await Expect(window.Heading("Connect a server")).ToHaveCountAsync(0);
                await Expect(window.Link("Settings")).ToHaveCountAsync(0);
                await window.TryAsync("server0:echoAgent", "hi");
                await window.ExpectAnswerAsync("echo: hi");

                await window.UseAsync(window.Button("Forget the key"));
                await window.FillAsync(key, "ops");
                await window.UseAsync(window.Button("Go on"));
                await window.OpenAsync("Servers");
                await Expect(window.Heading("Connect a server")).ToBeVisibleAsync();
                await Expect(window.Link("Settings")).ToBeVisibleAsync();
            },
            expected: "401");
    }

    [Fact]
    public async Task Shows_what_a_poisoned_server_says_as_text_and_not_all_of_it()
    {
        await using var server = LocalServer.Build();
        var hidden = $"{Markup}\u202Egnirts\u2066";
        server.MapGet("/api/agents", () => Json(new
        {
            evil = new { name = hidden, instructions = Markup, description = hidden },
            huge = new { name = new string('x', 1_000_000), instructions = "", description = new string('y', 100_000) },
        }));
        server.MapGet("/api/agents/{id}", () => Json(new { name = hidden, instructions = Markup, description = hidden }));
        server.MapPost("/api/agents/evil/{verb}", () => Results.Text(
            $"data: {JsonSerializer.Serialize(new { type = "text-delta", payload = new { text = hidden } })}\n\n"
            + """data: {"type":"finish","payload":{"stepResult":{"reason":"stop"}}}""" + "\n\ndata: [DONE]\n\n",
            "text/event-stream"));
        await server.StartAsync(CancellationToken);
        await using var proxy = await Proxy.StartAsync("MCP_CONSOLE=true", $"AGENT_SERVERS=poison=mastra+{server.Urls.First()}");
        await browser.VisitAsync(
            proxy.Url,
            async window =>
            {
                await window.OpenAsync("Agents");
                await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 4 }).Filter(new() { HasText = Markup })).ToBeVisibleAsync();
                Assert.InRange((await window.Page.ContentAsync()).Length, 0, 20_000);
                await window.UseAsync(window.Button("Describe poison:evil"));
                await Expect(window.Page.GetByRole(AriaRole.Region, new() { Name = "What poison:evil is" })).ToContainTextAsync("<script>");
                await window.TryAsync("poison:evil", "go");
                await window.ExpectAnswerAsync(Markup);
                foreach (var view in ConsoleWindow.Views)
                {
                    await window.OpenAsync(view);
                    await Expect(window.Page.Locator("main img, main script, [onerror]")).ToHaveCountAsync(0);
                    Assert.Equal(ConsoleWindow.Width, await window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
                }
            });

        static IResult Json<T>(T value) => Results.Text(JsonSerializer.Serialize(value), "application/json");
    }

    [Fact]
    public async Task Shows_the_calls_of_all_replicas()
    {
        await using var redis = await RedisServer.StartAsync();
        string[] settings =
        [
            "MCP_CONSOLE=true", "MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={redis.Address}", $"AGENT_SERVERS={Mastra}",
        ];
        await using var one = await Proxy.StartAsync(settings);
        await using var other = await Proxy.StartAsync(settings);
        await using var here = await one.CreateClientAsync();
        await using var there = await other.CreateClientAsync();
        await browser.VisitAsync(
            new(one.Url, "/#calls"),
            async window =>
            {
                await here.AskAsync("server0:echoAgent", "hi");
                await there.AskAsync("server0:weatherAgent", "Paris");

                await Expect(window.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "server0:echoAgent" })).ToContainTextAsync("answered");
                await Expect(window.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "server0:weatherAgent" })).ToContainTextAsync("answered");
                await Expect(window.Page.Locator("header")).ToContainTextAsync("redis: healthy");
            });
    }
}
