using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using McpProxy.Tests.Operator;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace McpProxy.Tests.AppHost;

/// <content>What people do on the proxy's page, each by mouse and by keyboard, and what they look at it with.</content>
public sealed partial class SystemTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leads_to_each_view(bool byKeyboard)
    {
        await system.Client.FieldsAsync("connectServer", new { serverUrl = "http://127.0.0.1:9", serverName = "down", validateConnection = false });
        await browser.VisitAsync(system.ProxyUrl, LookAsync, byKeyboard);
        await system.Client.FieldsAsync("disconnectServer", new { serverName = "down" });

        async Task LookAsync(ConsoleWindow window)
        {
            await Expect(window.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
            await Expect(window.Page.Locator("header")).ToContainTextAsync("local: healthy");
            await Expect(window.Page.Locator("header")).ToContainTextAsync("Replica");
            var down = window.Page.GetByRole(AriaRole.Listitem).Filter(new() { Has = window.Heading("down") });
            await Expect(down).ToContainTextAsync("offline");
            await Expect(down).ToContainTextAsync("could not be reached. Check that it is running.");
            await Expect(down).ToContainTextAsync("connected while the proxy runs");

            foreach (var view in ConsoleWindow.Views)
            {
                await window.OpenAsync(view);
                Assert.EndsWith($"#{view.ToLowerInvariant()}", window.Page.Url, StringComparison.Ordinal);
            }

            await window.UseAsync(window.Page.GetByLabel("Only those that are set"), "Space");
            await Expect(window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "MCP_CONSOLE" })).ToContainTextAsync("true");
            await Expect(window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "MCP_SESSIONS" })).ToBeHiddenAsync();

            await window.OpenAsync("Clients");
            await window.UseAsync(window.Page.GetByLabel("With a key"), "Space");
            var configuration = window.Page.GetByRole(AriaRole.Region, new() { Name = "Configuration for VS Code" });
            await Expect(configuration).ToContainTextAsync(new Uri(system.ProxyUrl, "/mcp").ToString());
            await Expect(configuration).ToContainTextAsync("Bearer YOUR-KEY");
            await window.UseAsync(window.Button("Copy the configuration for VS Code"));
            await Expect(window.Text("Copied the configuration for VS Code.")).ToBeVisibleAsync();
            Assert.Equal(await configuration.TextContentAsync(), await window.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Connects_a_server_and_disconnects_it_when_that_is_confirmed(bool byKeyboard) => browser.VisitAsync(
        system.ProxyUrl,
        async window =>
        {
            var name = byKeyboard ? "by-key" : "by-mouse";
            var connectable = new Uri(system.AgentsUrl, "/mastra").ToString().Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
            await window.FillAsync(window.Field("Base URL"), "http://127.0.0.1:9/nothing");
            await window.UseAsync(window.Button("Connect"));
            await Expect(window.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "could not be reached" })).ToBeVisibleAsync();

            await window.Field("Base URL").ClearAsync();
            await window.FillAsync(window.Field("Base URL"), connectable);
            await window.FillAsync(window.Field("Name (optional)"), name);
            await window.UseAsync(window.Button("Connect"));
            await Expect(window.Text($"Connected '{name}'.")).ToBeVisibleAsync();
            await Expect(window.Heading(name)).ToBeVisibleAsync();

            await window.UseAsync(window.Button($"Disconnect {name}"));
            await window.UseAsync(window.Button("Keep"));
            await Expect(window.Heading(name)).ToBeVisibleAsync();
            await window.UseAsync(window.Button($"Disconnect {name}"));
            await window.UseAsync(window.Button("Disconnect"));
            await Expect(window.Text($"Disconnected '{name}'.")).ToBeVisibleAsync();
            await Expect(window.Heading(name)).ToHaveCountAsync(0);
        },
        byKeyboard);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Describes_an_agent_and_goes_on_with_a_conversation(bool byKeyboard) => browser.VisitAsync(
        system.ProxyUrl,
        async window =>
        {
            await window.OpenAsync("Agents");
            await window.UseAsync(window.Button("Describe server0:weatherAgent"));
            await Expect(window.Page.GetByRole(AriaRole.Region, new() { Name = "What server0:weatherAgent is" })).ToContainTextAsync("You tell the weather.");
            await window.UseAsync(window.Button("Describe server0:weatherAgent"));
            await window.FillAsync(window.Field("Find an agent"), "1:memory");
            await Expect(window.Button("Try server0:weatherAgent")).ToHaveCountAsync(0);

            await window.TryAsync("server1:memoryAgent", "one", "new");
            await window.ExpectAnswerAsync("seen 1 user messages, last: one");
            await window.FillAsync(window.Field("Message"), " more");
            await window.UseAsync(window.Button("Send"));
            await window.ExpectAnswerAsync("seen 2 user messages");

            var structured = window.Page.GetByRole(AriaRole.Tab, new() { Name = "Structured" });
            await (byKeyboard ? window.UseAsync(window.Page.GetByRole(AriaRole.Tab, new() { Name = "Text" }), "ArrowRight") : structured.ClickAsync());
            await Expect(structured).ToHaveAttributeAsync("aria-selected", "true");
            await Expect(structured).ToContainTextAsync("bytes");
            await Expect(window.Page.GetByRole(AriaRole.Region, new() { Name = "Structured content" }))
                .ToContainTextAsync("\"fullyQualifiedId\": \"server1:memoryAgent\"");
        },
        byKeyboard);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Shows_what_an_agent_asks_and_sends_it_the_answer(bool byKeyboard) => browser.VisitAsync(
        system.ProxyUrl,
        async window =>
        {
            await window.TryAsync("server0:approvalAgent", "deploy");
            var form = window.Page.GetByRole(AriaRole.Form, new() { Name = "The agent asks" });
            await Expect(form).ToContainTextAsync("May I do this: deploy");
            await window.UseAsync(form.GetByLabel("Yes"), "Space");
            await window.UseAsync(window.Button("Answer"));
            await window.ExpectAnswerAsync("done: deploy");

            await window.UseAsync(window.Button("Send"));
            await window.UseAsync(window.Button("Decline"));
            await window.ExpectAnswerAsync("threadId");
            await window.FillAsync(window.Field("Answer"), "true");
            await window.UseAsync(window.Button("Resume"));
            await window.ExpectAnswerAsync("done: deploy");
        },
        byKeyboard);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Shows_words_before_the_answer_is_there_and_cancels_at_the_agent(bool byKeyboard)
    {
        await using var agents = await GatedAgentServer.StartAsync(TestContext.Current.CancellationToken);
        var name = byKeyboard ? "gated-by-key" : "gated-by-mouse";
        var agent = $"{name}:{GatedAgentServer.Agent}";
        await system.Client.FieldsAsync("connectServer", new { serverUrl = agents.MastraUrl, serverName = name });
        await browser.VisitAsync(
            system.ProxyUrl,
            async window =>
            {
                await window.TryAsync(agent, "go");
                await Expect(window.Page.GetByRole(AriaRole.Log)).ToHaveTextAsync(GatedAgentServer.FirstWord);
                await Expect(window.Page.Locator(".try .clock")).ToContainTextAsync("s");
                await Expect(window.Page.GetByRole(AriaRole.Tab)).ToHaveCountAsync(0);
                agents.LetOneGoOn();
                await window.ExpectAnswerAsync(GatedAgentServer.Answer);

                await window.UseAsync(window.Button("Send"));
                await Expect(window.Page.GetByRole(AriaRole.Log)).ToHaveTextAsync(GatedAgentServer.FirstWord);
                await window.UseAsync(window.Button("Cancel"));
                await Expect(window.Text("Cancelled after")).ToBeVisibleAsync();
                await Wait.UntilAsync(() => agents.Cancelled is 1);

                // The same from the list of calls, which another client began.
                var call = system.Client.AskAsync(agent, "go", "stream");
                await window.OpenAsync("Calls");
                await window.FillAsync(window.Field("Agent"), agent);
                await window.UseAsync(window.Button($"Cancel the call of {agent}"));
                await Wait.UntilAsync(() => agents.Cancelled is 2);
                Assert.True((await call).IsError);
                await Expect(window.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "cancelled" })).ToHaveCountAsync(2);
                await Expect(window.Text("3 calls, 0 running.")).ToBeVisibleAsync();
            },
            byKeyboard);
        await system.Client.FieldsAsync("disconnectServer", new { serverName = name });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Shows_calls_as_they_come_and_figures_of_them(bool byKeyboard) => browser.VisitAsync(
        system.ProxyUrl,
        async window =>
        {
            await window.OpenAsync("Calls");
            await system.Client.AskAsync("server1:weatherAgent", "Paris");
            await system.Client.AskAsync("server1:approvalAgent", "act");

            await window.FillAsync(window.Field("Agent"), "server1:weatherAgent");
            await window.ChooseAsync(window.Field("State"), "answered");
            var row = window.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "server1:weatherAgent" }).First;
            await window.UseAsync(row.Locator("summary"));
            await Expect(row).ToContainTextAsync("Tokens");
            await Expect(row.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", new Regex("^http://localhost:15000/traces/detail/[0-9a-f]{32}$"));
            await Expect(window.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "approvalAgent" })).ToHaveCountAsync(0);

            await window.OpenAsync("Figures");
            var figures = window.Page.GetByRole(AriaRole.Listitem).Filter(new() { Has = window.Heading("server1:weatherAgent") });
            await Expect(figures).ToContainTextAsync("p95");
            await Expect(figures.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", new Regex("^[1-9].* in the last hour"));
        },
        byKeyboard);

    [Theory]
    [InlineData(ColorScheme.Light, "rgb(246, 247, 249)")]
    [InlineData(ColorScheme.Dark, "rgb(20, 23, 28)")]
    public Task Is_accessible_in_every_view_in_light_and_dark(ColorScheme scheme, string ground) => browser.VisitAsync(
        system.ProxyUrl,
        async window =>
        {
            await Expect(window.Page.Locator("body")).ToHaveCSSAsync("background-color", ground);
            await window.Page.EvaluateAsync(new BundledAxeScriptProvider().GetScript());
            await window.OpenAsync("Agents");
            await window.FillAsync(window.Field("Find an agent"), "approval");
            await window.TryAsync("server0:approvalAgent", "deploy");
            await window.Button("Answer").WaitForAsync();
            await AssertAccessibleAsync(window, scheme);
            await window.Button("Decline").ClickAsync();
            await window.ExpectAnswerAsync("threadId");
            foreach (var view in ConsoleWindow.Views)
            {
                await window.OpenAsync(view);
                if (view is "Calls")
                {
                    await window.FillAsync(window.Field("Agent"), "server0:approvalAgent");
                    await window.Page.Locator("summary").First.ClickAsync();
                }
                else if (view is "Settings")
                {
                    await window.Page.GetByLabel("Only those that are set").CheckAsync();
                }

                await AssertAccessibleAsync(window, scheme);
            }
        },
        scheme: scheme);

    [Fact]
    public Task Fits_into_a_narrow_screen() => browser.VisitAsync(
        system.ProxyUrl,
        async window =>
        {
            await window.TryAsync("server0:weatherAgent", "Paris");
            await window.ExpectAnswerAsync("21 degrees");
            foreach (var view in ConsoleWindow.Views)
            {
                await window.OpenAsync(view);
                if (view is "Calls")
                {
                    await window.Page.Locator("summary").First.ClickAsync();
                }

                Assert.Equal(320, await window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            }
        },
        width: 320);

    [Fact]
    public async Task Works_behind_a_path_prefix_and_comes_back_when_the_connection_was_lost()
    {
        await using var prefix = await PrefixServer.StartAsync(system.ProxyUrl, TestContext.Current.CancellationToken);
        await browser.VisitAsync(
            prefix.Url,
            async window =>
            {
                await window.TryAsync("server0:echoAgent", "through a prefix");
                await window.ExpectAnswerAsync("echo: through a prefix");
                await window.OpenAsync("Clients");
                await Expect(window.Text($"{prefix.Url}/mcp").First).ToBeVisibleAsync();
                await window.OpenAsync("Calls");
                var calls = window.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "server1:slowAgent" });
                await Expect(calls).ToHaveCountAsync(0);

                prefix.GoDown();
                await Expect(window.Text("Disconnected, trying again")).ToBeVisibleAsync();
                await system.Client.AskAsync("server1:slowAgent", "count to 1");
                prefix.ComeBack();
                await Expect(window.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
                await Expect(calls).ToHaveCountAsync(1);
            },
            expected: "net::ERR_");
    }

    /// <remarks>axe runs in the page itself: what Deque.AxeCore.Playwright does opens another one each time, and takes four times as long.</remarks>
    private static async Task AssertAccessibleAsync(ConsoleWindow window, ColorScheme scheme)
    {
        // In the dark only the colours are others.
        var options = scheme is ColorScheme.Dark ? "{ runOnly: ['color-contrast'] }" : "{}";
        var found = window.Page.EvaluateAsync<string[]>(
            $$"""
            async () => (await axe.run({{options}})).violations
                .map(found => `${found.id}: ${found.help} ${found.nodes.map(node => node.html).join(" ")}`)
            """);

        Assert.Empty(await found.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }
}
