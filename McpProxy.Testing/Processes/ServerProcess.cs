using System.Collections.Concurrent;
using System.Diagnostics;

namespace McpProxy.Testing.Processes;

/// <summary>A server in a process group of its own that ends with this object, or with the test run if that is killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // The shell's standard input is the leash: once it closes, for whatever reason, or the server ends, the whole group goes.
    private const string Leash = """
        exec 3<&0
        setsid "$@" 3<&- & server=$!
        cat <&3 >/dev/null & leash=$!
        wait -n
        kill -KILL -- -$server $leash 2>/dev/null
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process shell;
    private readonly ConcurrentQueue<string> output = new();

    private ServerProcess(Process shell)
    {
        this.shell = shell;
        shell.OutputDataReceived += Collect;
        shell.ErrorDataReceived += Collect;
        shell.BeginOutputReadLine();
        shell.BeginErrorReadLine();
    }

    public bool HasEnded => shell.HasExited;

    public string LastOutput => string.Join('\n', output.TakeLast(40));

    public static ServerProcess Start(IEnumerable<string> command, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("bash", ["-c", Leash, "bash", .. command])
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

        return new(Process.Start(start)!);
    }

    /// <summary>Waits for a line that contains the text and is written after this call.</summary>
    public async Task WaitForOutputAsync(string text, CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(object sender, DataReceivedEventArgs line)
        {
            if (line.Data?.Contains(text, StringComparison.Ordinal) == true)
            {
                seen.TrySetResult();
            }
        }

        shell.OutputDataReceived += Look;
        try
        {
            await seen.Task.WaitAsync(Patience, cancellationToken);
        }
        finally
        {
            shell.OutputDataReceived -= Look;
        }
    }

    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        await shell.WaitForExitAsync().WaitAsync(Patience);
        shell.Dispose();
    }

    private void Collect(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            output.Enqueue(line.Data);
        }
    }
}
