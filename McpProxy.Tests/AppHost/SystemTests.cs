using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using McpProxy.Tests.Operator;
using Microsoft.Playwright;

namespace McpProxy.Tests.AppHost;

/// <summary>What a developer sees of all that the AppHost starts: through an MCP client, in the Aspire dashboard, and on the proxy's page.</summary>
[Collection(AppHostGroup.Name)]
public sealed partial class SystemTests(RunningSystem system, ConsoleBrowser browser) : IClassFixture<RunningSystem>, IClassFixture<ConsoleBrowser>
{
    [Fact]
    public async Task An_MCP_client_lists_and_calls_agents_through_the_system()
    {
        var listed = await system.Client.FieldsAsync("listAgents");
        Assert.Equal(24, listed.Get("summary", "totalAgents").GetInt32());
        Assert.Equal(
            ["mastra", "langgraph", "a2a", "openai"], listed.Get("serverAgents").EnumerateArray().Select(server => server.Get("serverType").GetString()));
        Assert.Equal("echo: hi", (await system.Client.AskAsync("server0:echoAgent", "hi")).Text());
        Assert.Equal("echo: hi", (await system.Client.AskAsync("server1:echoAgent", "hi")).Text());
        const string Chain = "server1:relayAgent server2:relayAgent server3:relayAgent server0:echoAgent hi";
        Assert.Equal("echo: hi", (await system.Client.AskAsync("server0:relayAgent", Chain)).Text());
    }

    [Fact]
    public void A_call_is_one_trace_from_the_MCP_request_to_the_agent_server()
    {
        var spans = system.WeatherTrace;
        var last = spans.Single(span => span.Name.EndsWith("/generate", StringComparison.Ordinal));
        var path = new List<string>();
        for (var span = last; span is not null; span = spans.SingleOrDefault(parent => parent.Id == span.Parent))
        {
            path.Insert(0, span.Name);
        }

        Assert.Equal(["tools/call callAgent", "invoke_agent weatherAgent", "POST", last.Name], path[^4..]);
    }

    [Fact]
    public async Task The_proxys_tools_are_commands()
    {
        var listed = await CommandAsync("list-agents");
        Assert.StartsWith("| Agent | Name | Server |\n|---|---|---|\n| server0:echoAgent | Echo Agent | http://", listed.Data?.Value, StringComparison.Ordinal);
        Assert.Equal("echo: hi", (await CommandAsync("call-agent", ("agent", "server0:echoAgent"), ("message", "hi"))).Data?.Value);

        var unknown = await CommandAsync("call-agent", ("agent", "nobody"), ("message", "hi"));
        Assert.Equal((false, "No agent server has an agent 'nobody'. Call listAgents to see what there is."), (unknown.Success, unknown.Message));

        var mastra = (await system.Client.FieldsAsync("listAgents")).Get("serverAgents", 0, "serverUrl").GetString()!;
        var more = mastra.Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        Assert.True((await CommandAsync("connect-server", ("url", more), ("name", "more"))).Success);
        Assert.True((await CommandAsync("disconnect-server", ("name", "more"))).Success);
        Assert.False((await CommandAsync("disconnect-server", ("name", "more"))).Success);
    }

    [Fact]
    public async Task A_browser_shows_the_resources_running_and_what_an_agent_was_asked_and_answered()
    {
        var page = await browser.EmptyAsync();
        await page.SetViewportSizeAsync(ConsoleWindow.Width, 560);

        await page.GotoAsync(system.LoginUrl.ToString());
        foreach (var resource in (string[])["agents", "proxy"])
        {
            await page.GetByRole(AriaRole.Row).Filter(new() { HasText = resource }).Filter(new() { HasText = "Running" }).First.WaitForAsync();
        }

        await TakeAsync(page, "resources");

        await page.GotoAsync(new Uri(system.LoginUrl, $"/traces/detail/{system.WeatherTrace[0].Trace}").ToString());
        await page.GetByText("invoke_agent weatherAgent").First.WaitForAsync();
        await TakeAsync(page, "trace");

        // The sparkle icon beside the span opens the conversation.
        await page.Locator(".genai-details-button").First.ClickAsync();
        var dialog = page.Locator(".genai-visualizer-container");
        await dialog.GetByText("How is the weather in Paris?").First.WaitForAsync();
        await dialog.GetByText("in Paris.").First.WaitForAsync();
        await TakeAsync(page, "genai");

        // The proxy's own page.
        await page.GotoAsync(new Uri(system.ProxyUrl, "/#agents").ToString());
        await page.SetViewportSizeAsync(1000, 900);
        await page.GetByLabel("Find an agent").FillAsync("weather");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try server0:weatherAgent" }).ClickAsync();
        await page.GetByLabel("Message", new() { Exact = true }).FillAsync("How is the weather in London?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Text of the answer" }).GetByText("in London.").WaitForAsync();
        await TakeAsync(page, "console-agents");
        await page.GetByRole(AriaRole.Link, new() { Name = "Calls" }).ClickAsync();
        var call = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "server0:weatherAgent" }).Last;
        await call.Locator("summary").ClickAsync();
        await TakeAsync(page, "console-calls");
        var link = await call.GetByRole(AriaRole.Link, new() { Name = "Open the trace" }).GetAttributeAsync("href");
        await page.GotoAsync(new Uri(system.LoginUrl, new Uri(link!).PathAndQuery).ToString());
        await page.GetByText("invoke_agent weatherAgent").First.WaitForAsync();
    }

    private static async Task TakeAsync(IPage page, string name)
        => await page.ScreenshotAsync(new() { Path = SourceTree.PathTo($"artifacts/screenshots/{name}.png"), Animations = ScreenshotAnimations.Disabled });

    private async Task<ExecuteCommandResult> CommandAsync(string name, params (string Name, string Value)[] arguments)
    {
#pragma warning disable ASPIREINTERACTION001 // Experimental. The proxy's commands take their arguments this way.
        var inputs = arguments.Select(argument => new InteractionInput { Name = argument.Name, Value = argument.Value, InputType = InputType.Text });

        return await system.Commands.ExecuteCommandAsync("proxy", name, new InteractionInputCollection([.. inputs]), TestContext.Current.CancellationToken);
#pragma warning restore ASPIREINTERACTION001
    }
}
