using System.Diagnostics;

namespace McpProxy.Testing.Proxies;

/// <summary>The proxy as the program that people start.</summary>
internal static class ProxyProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Beside this project's output, as it was built.</summary>
    public static string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(
        AppContext.BaseDirectory, "..", "..", "McpProxy.Api", new DirectoryInfo(AppContext.BaseDirectory).Name, "McpProxy.Api.dll"));

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">What follows its name.</param>
    /// <param name="environment">Settings as <c>NAME=value</c>.</param>
    /// <param name="folder">Where it runs.</param>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] arguments, string[]? environment = null, string? folder = null)
    {
        using var process = Start(arguments, environment, folder);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);

            return (process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill();
        }
    }

    public static Process Start(string[] arguments, string[]? environment = null, string? folder = null)
    {
        // What a script starts in its background ignores Ctrl+C, and so does all that is started by it.
        string[] command = [.. OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : Array.Empty<string>(), "dotnet", Path, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in environment ?? [])
        {
            var (name, value) = setting.Split('=', 2) is [var left, var right] ? (left, right) : (setting, "");
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
