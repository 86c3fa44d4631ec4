using System.ComponentModel;
using System.Diagnostics;

namespace McpProxy.Testing.Processes;

/// <summary>A program with its arguments, and how it is run.</summary>
internal sealed class Command(params string[] words)
{
    /// <summary>Variables that it gets beside this process's own, as <c>NAME=value</c>.</summary>
    public IEnumerable<string> Settings { get; init; } = [];

    public string Folder { get; init; } = AppContext.BaseDirectory;

    /// <summary>What it finds in its standard input when it is run to its end.</summary>
    public string Input { get; init; } = "";

    /// <summary>How long it may take to its end.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Starts it. Whoever does reads what it writes.</summary>
    public Process Start()
    {
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in Settings)
        {
            var (name, value) = setting.Split('=', 2) is [var left, var right] ? (left, right) : (setting, "");
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end. A program that is not there ends with 127, as in a shell.</summary>
    public async Task<CommandResult> RunAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var process = Start();
            using var killed = patience.Token.Register(() => process.Kill(entireProcessTree: true));
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.StandardInput.WriteAsync(Input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);

            return new(process.ExitCode, await output, await errors);
        }
        catch (Win32Exception exception)
        {
            return new(127, "", exception.Message);
        }
    }

    /// <summary>Runs it to its end, which must be a good one.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public async Task<string> OutputAsync(CancellationToken cancellationToken)
    {
        var (exitCode, output, errors) = await RunAsync(cancellationToken);
        Assert.True(exitCode is 0, $"{string.Join(' ', words)}\nended with {exitCode}:\n{output}\n{errors}");

        return output;
    }
}
