using System.Collections.Concurrent;
using Microsoft.Playwright;
using Proxy = McpProxy.Testing.Proxies.Proxy;

namespace McpProxy.Tests.Operator;

/// <summary>Tests that look at the page share a browser, and go one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleGroup : ICollectionFixture<ConsoleBrowser>
{
    public const string Name = "Console";
}

/// <summary>A browser with one window, and a proxy to look at: in front of the sample agent server in two dialects, and of a server that is down.</summary>
public sealed class ConsoleBrowser : IAsyncLifetime
{
    public const string Chromium = "/usr/bin/chromium";

    /// <summary>In milliseconds: a busy machine takes its time.</summary>
    private const int Patience = 30_000;

    private readonly SampleAgentServerFixture _agents = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage? _page;

    public Proxy Proxy { get; private set; } = null!;

    public string Url(string dialect) => new Uri(_agents.Client.BaseAddress!, dialect).ToString();

    public async ValueTask InitializeAsync()
    {
        await _agents.InitializeAsync();
        Proxy = await Proxy.StartAsync(
            "MCP_CONSOLE=true", "MCP_TRACE_URL=https://traces.example/{traceId}", "MCP_CIRCUIT_FAILURES=10000", "MCP_READ_RETRIES=0",
            $"AGENT_SERVERS={Url("mastra")} {Url("langgraph")} down=http://127.0.0.1:9");
        if (File.Exists(Chromium))
        {
            Assertions.SetDefaultExpectTimeout(Patience);
            _playwright = await Playwright.CreateAsync();
            _browser = await LaunchAsync(_playwright);
            _page = await OpenAsync(_browser);
        }
    }

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Chromium,
        Args =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    });

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? default);
        _playwright?.Dispose();
        await Proxy.DisposeAsync();
        await _agents.DisposeAsync();
    }

    /// <summary>Opens the page of the shared proxy.</summary>
    internal Task VisitAsync(Func<ConsoleWindow, Task> visit, bool byKeyboard = false, int width = ConsoleWindow.Width, ColorScheme? scheme = null)
        => VisitAsync(Proxy.Url, visit, byKeyboard, width, scheme);

    /// <summary>Opens a page, and does not let it complain: about its security policy, a script or a request.</summary>
    /// <param name="url">Where the page is.</param>
    /// <param name="visit">What is done on it.</param>
    /// <param name="byKeyboard">Whether that is done without a mouse.</param>
    /// <param name="width">How wide the window is.</param>
    /// <param name="scheme">Whether its user likes it light or dark.</param>
    /// <param name="expected">What a complaint may hold.</param>
    internal async Task VisitAsync(
        Uri url, Func<ConsoleWindow, Task> visit, bool byKeyboard = false, int width = ConsoleWindow.Width, ColorScheme? scheme = null, string? expected = null)
    {
        Assert.SkipWhen(_page is null, $"There is no {Chromium}.");
        // What another page still had open may end with a complaint.
        await _page.GotoAsync("about:blank");
        await _page.SetViewportSizeAsync(width, 720);
        await _page.EmulateMediaAsync(new() { ColorScheme = scheme ?? ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
        _complaints.Clear();
        await _page.GotoAsync(url.ToString());

        await visit(new(_page, byKeyboard));

        Assert.DoesNotContain(_complaints, complaint => expected is null || !complaint.Contains(expected, StringComparison.Ordinal));
    }

    private async Task<IPage> OpenAsync(IBrowser browser)
    {
        var context = await browser.NewContextAsync(new() { Permissions = ["clipboard-read", "clipboard-write"] });
        context.SetDefaultTimeout(Patience);
        await context.AddInitScriptAsync(
            "document.addEventListener('securitypolicyviolation', event => console.error(`${event.violatedDirective} ${event.blockedURI}`))");
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) => _complaints.Enqueue($"{message.Type}: {message.Text}");
        page.Dialog += async (_, dialog) =>
        {
            _complaints.Enqueue($"{dialog.Type}: {dialog.Message}");
            await dialog.DismissAsync();
        };

        return page;
    }
}
