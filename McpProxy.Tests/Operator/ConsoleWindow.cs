using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace McpProxy.Tests.Operator;

/// <summary>The page in a window, and a user who has a mouse or only a keyboard.</summary>
internal sealed class ConsoleWindow(IPage page, bool byKeyboard)
{
    public const int Width = 1280;

    private const int MostTabs = 300;

    public static IReadOnlyList<string> Views { get; } = ["Servers", "Agents", "Calls", "Figures", "Clients", "Settings"];

    public IPage Page => page;

    public ILocator Link(string name) => page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Heading(string name) => page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

    public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Field(string label) => page.GetByLabel(label, new() { Exact = true });

    public ILocator Text(string text) => page.GetByText(text);

    public async Task OpenAsync(string view)
    {
        await UseAsync(Link(view));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = view, Exact = true, Level = 2 })).ToBeVisibleAsync();
    }

    /// <summary>Clicks, or goes there with the tab key and presses a key.</summary>
    public async Task UseAsync(ILocator control, string key = "Enter")
    {
        if (byKeyboard)
        {
            await FocusAsync(control);
            await page.Keyboard.PressAsync(key);
        }
        else
        {
            await control.ClickAsync();
        }
    }

    public async Task FillAsync(ILocator control, string text)
    {
        if (byKeyboard)
        {
            await FocusAsync(control);
            await page.Keyboard.TypeAsync(text);
        }
        else
        {
            await control.FillAsync(text);
        }
    }

    public async Task ChooseAsync(ILocator control, string option)
    {
        if (byKeyboard)
        {
            await FillAsync(control, option);
        }
        else
        {
            await control.SelectOptionAsync(option);
        }
    }

    /// <summary>Sends an agent a message.</summary>
    public async Task TryAsync(string agent, string message, string thread = "")
    {
        await OpenAsync("Agents");
        await UseAsync(Button($"Try {agent}"));
        await FillAsync(Field("Message"), message);
        if (thread is not "")
        {
            await FillAsync(Field("Thread (optional)"), thread);
        }

        await UseAsync(Button("Send"));
    }

    /// <summary>Waits for an answer, and looks at what a model sees of it.</summary>
    public async Task ExpectAnswerAsync(string text)
        => await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Text of the answer" })).ToContainTextAsync(text);

    private async Task FocusAsync(ILocator control)
    {
        await control.WaitForAsync();
        for (var i = 0; i < MostTabs; i++)
        {
            if (await control.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"The tab key does not lead to {control}.");
    }
}
