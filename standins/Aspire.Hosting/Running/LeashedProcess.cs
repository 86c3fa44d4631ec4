using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>A process that ends with this object, or with the AppHost if that is killed.</summary>
internal sealed class LeashedProcess : IAsyncDisposable
{
    // The shell's standard input is the leash: once it closes, for whatever reason, the process is told to end. Ctrl+C in the
    // terminal reaches all of them, and only the AppHost acts on it. A SIGTERM to all of them the shell outlives, to see the process end.
    private const string Leash = """
        trap '' INT
        trap : TERM
        exec 3<&0
        "$@" 3<&- </dev/null & process=$!
        (read -r _ <&3; kill $process) 2>/dev/null & leash=$!
        wait $process; code=$?
        while kill -0 $process 2>/dev/null; do wait $process; code=$?; done
        kill $leash 2>/dev/null
        exit $code
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _shell;

    private LeashedProcess(Process shell) => _shell = shell;

    public int? ExitCode => _shell.HasExited ? _shell.ExitCode : null;

    public static LeashedProcess Start(IEnumerable<string> command, string folder, IEnumerable<KeyValuePair<string, string>> environment, Action<string> onLine)
    {
        var start = new ProcessStartInfo("sh", ["-c", Leash, "sh", .. command])
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

        var shell = Process.Start(start)!;
        void Forward(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { } text)
            {
                onLine(text);
            }
        }

        shell.OutputDataReceived += Forward;
        shell.ErrorDataReceived += Forward;
        shell.BeginOutputReadLine();
        shell.BeginErrorReadLine();

        return new(shell);
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _shell.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _shell.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _shell.Kill(entireProcessTree: true);
        }

        _shell.Dispose();
    }
}
