using System.ComponentModel;
using System.Diagnostics;

namespace McpProxy.Tests.Containers;

/// <summary>Runs programs to their end.</summary>
internal static class Command
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    /// <returns>What the program wrote, or <see langword="null"/> if it is not there or failed.</returns>
    public static async Task<string?> TryRunAsync(params string[] command)
    {
        try
        {
            return await RunAsync(SourceTree.Root, new Dictionary<string, string>(), command);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }

    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Variables it gets beside this process's own.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed. The message holds all that it wrote.</exception>
    public static async Task<string> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(Timeout);
        try
        {
            process.StandardInput.Close();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(timeout.Token), process.StandardError.ReadToEndAsync(timeout.Token));
            await process.WaitForExitAsync(timeout.Token);

            return process.ExitCode is 0
                ? await output
                : throw new InvalidOperationException($"{string.Join(' ', command)}\nended with {process.ExitCode}:\n{await output}\n{await errors}");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
