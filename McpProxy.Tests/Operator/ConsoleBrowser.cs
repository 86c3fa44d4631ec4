using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace McpProxy.Tests.Operator;

/// <summary>A browser with one window, for tests that look at the page one after the other.</summary>
public sealed class ConsoleBrowser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    /// <summary>In milliseconds: a busy machine takes its time.</summary>
    private const int Patience = 60_000;

    private readonly ConcurrentQueue<string> _complaints = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage? _page;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        _page = await OpenAsync(_browser);
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? default);
        _playwright?.Dispose();
    }

    /// <summary>Goes to a page, and does not let it complain: about its security policy, a script or a request.</summary>
    /// <param name="url">Where the page is.</param>
    /// <param name="visit">What is done on it.</param>
    /// <param name="byKeyboard">Whether that is done without a mouse.</param>
    /// <param name="width">How wide the window is.</param>
    /// <param name="scheme">Whether its user likes it light or dark.</param>
    /// <param name="expected">What a complaint may hold.</param>
    internal async Task VisitAsync(
        Uri url,
        Func<ConsoleWindow, Task> visit,
        bool byKeyboard = false,
        int width = ConsoleWindow.Width,
        ColorScheme scheme = ColorScheme.Light,
        string? expected = null)
    {
        var page = await EmptyAsync(width, scheme);
        _complaints.Clear();
        await page.GotoAsync(url.ToString());

        await visit(new(page, byKeyboard));

        Assert.DoesNotContain(_complaints, complaint => expected is null || !complaint.Contains(expected, StringComparison.Ordinal));
    }

    /// <returns>The window, with nothing in it: a page that is left may end with a complaint.</returns>
    internal async Task<IPage> EmptyAsync(int width = ConsoleWindow.Width, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.SkipWhen(_page is null, $"There is no {Chromium}.");
        await _page.GotoAsync("about:blank");
        await _page.SetViewportSizeAsync(width, 720);
        await _page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });

        return _page;
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
