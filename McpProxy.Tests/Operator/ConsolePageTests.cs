using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Proxy = McpProxy.Testing.Proxies.Proxy;
using static Microsoft.Playwright.Assertions;

namespace McpProxy.Tests.Operator;

/// <summary>What people do on the page, each by mouse and by keyboard.</summary>
[Collection(ConsoleGroup.Name)]
public sealed class ConsolePageTests(ConsoleBrowser browser)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Leads_to_each_view(bool byKeyboard) => browser.VisitAsync(
        async window =>
        {
            await Expect(window.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
            await Expect(window.Page.Locator("header")).ToContainTextAsync("local: healthy");
            await Expect(window.Page.Locator("header")).ToContainTextAsync("Replica");
            var down = window.Page.GetByRole(AriaRole.Listitem).Filter(new() { Has = window.Heading("down") });
            await Expect(down).ToContainTextAsync("offline");
            await Expect(down).ToContainTextAsync("could not be reached. Check that it is running.");
            await Expect(down).ToContainTextAsync("the setting AGENT_SERVERS");

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
            await Expect(configuration).ToContainTextAsync(new Uri(browser.Proxy.Url, "/mcp").ToString());
            await Expect(configuration).ToContainTextAsync("Bearer YOUR-KEY");
            await window.UseAsync(window.Button("Copy the configuration for VS Code"));
            await Expect(window.Text("Copied the configuration for VS Code.")).ToBeVisibleAsync();
            Assert.Equal(await configuration.TextContentAsync(), await window.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        },
        byKeyboard);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Connects_a_server_and_disconnects_it_when_that_is_confirmed(bool byKeyboard) => browser.VisitAsync(
        async window =>
        {
            var name = byKeyboard ? "by-key" : "by-mouse";
            await window.FillAsync(window.Field("Base URL"), "http://127.0.0.1:9/nothing");
            await window.UseAsync(window.Button("Connect"));
            await Expect(window.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "could not be reached" })).ToBeVisibleAsync();

            await window.Field("Base URL").ClearAsync();
            await window.FillAsync(window.Field("Base URL"), browser.Url("openai"));
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
        await using var proxy = await Proxy.StartAsync("MCP_CONSOLE=true", $"AGENT_SERVERS={agents.MastraUrl}");
        const string Agent = $"server0:{GatedAgentServer.Agent}";
        await browser.VisitAsync(
            proxy.Url,
            async window =>
            {
                await window.TryAsync(Agent, "go");
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
                await using var client = await proxy.CreateClientAsync();
                var call = client.AskAsync(Agent, "go", "stream");
                await window.OpenAsync("Calls");
                await window.UseAsync(window.Button($"Cancel the call of {Agent}"));
                await Wait.UntilAsync(() => agents.Cancelled is 2);
                Assert.True((await call).IsError);
                await Expect(window.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "cancelled" })).ToHaveCountAsync(2);
                await Expect(window.Text("3 calls, 0 running.")).ToBeVisibleAsync();
            },
            byKeyboard);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Shows_calls_as_they_come_and_figures_of_them(bool byKeyboard) => browser.VisitAsync(
        async window =>
        {
            await window.OpenAsync("Calls");
            await using var client = await browser.Proxy.CreateClientAsync();
            await client.AskAsync("server1:weatherAgent", "Paris");
            await client.AskAsync("server1:approvalAgent", "act");

            await window.FillAsync(window.Field("Agent"), "server1:weatherAgent");
            await window.ChooseAsync(window.Field("State"), "answered");
            var row = window.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "server1:weatherAgent" }).First;
            await window.UseAsync(row.Locator("summary"));
            await Expect(row).ToContainTextAsync("Tokens");
            await Expect(row.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", new Regex("^https://traces.example/[0-9a-f]{32}$"));
            await Expect(window.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "approvalAgent" })).ToHaveCountAsync(0);

            await window.OpenAsync("Figures");
            var figures = window.Page.GetByRole(AriaRole.Listitem).Filter(new() { Has = window.Heading("server1:weatherAgent") });
            await Expect(figures).ToContainTextAsync("p95");
            await Expect(figures.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", new Regex("^[1-9].* in the last hour"));
        },
        byKeyboard);

    [Fact]
    public async Task Shows_the_calls_of_all_replicas()
    {
        await using var redis = await RedisServer.StartAsync();
        string[] settings =
        [
            "MCP_CONSOLE=true", "MCP_CONNECTION_BACKEND=redis", $"ConnectionStrings:redis={redis.Address}", $"AGENT_SERVERS={browser.Url("mastra")}",
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
