using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace McpProxy.Testing.Processes;

/// <summary>A program that goes on until it is told to end, and what it has written. It ends with this object.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    // The shell's standard input is the leash: once it closes, for whatever reason, or the program ends, the whole group goes.
    private const string Leash = """
        exec 3<&0
        setsid "$@" 3<&- & server=$!
        cat <&3 >/dev/null & leash=$!
        wait -n
        kill -KILL -- -$server $leash 2>/dev/null
        """;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string?> _lines = new();
    private readonly Process _process;
    private readonly bool _isLeashed;

    public RunningProgram(Process process, bool isLeashed = false)
    {
        (_process, _isLeashed) = (process, isLeashed);
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data);
        process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>What it has written, errors included.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts it in a process group of its own, which ends with this object, or with the test run if that is killed.</summary>
    public static RunningProgram StartOnLeash(string[] command, IEnumerable<string> settings, string? folder = null) => new(
        new Command(["bash", "-c", Leash, "bash", .. command]) { Settings = settings, Folder = folder ?? AppContext.BaseDirectory }.Start(), isLeashed: true);

    /// <summary>Waits until it answers over HTTP, whatever that is.</summary>
    /// <exception cref="InvalidOperationException">It does not. It was ended, and the message holds what it wrote.</exception>
    public async Task WaitForAnswerAsync(Uri url, TimeSpan atMost)
    {
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(atMost);
        try
        {
            while (!await AnswersAsync(http, url, patience.Token))
            {
                await Task.Delay(100, patience.Token);
            }
        }
        catch (Exception exception)
        {
            await DisposeAsync();
            throw new InvalidOperationException($"Nothing answers at {url}. The program wrote:\n{Output}", exception);
        }
    }

    /// <summary>Waits for a line that matches, or the end, and fails if no line does.</summary>
    public async Task WaitForLineAsync(Regex line, TimeSpan atMost)
    {
        try
        {
            await Wait.UntilAsync(() => Task.FromResult(line.IsMatch(Output) || HasEnded), atMost);
        }
        catch (OperationCanceledException)
        {
            // What it wrote tells more.
        }

        Assert.Matches(line, Output);
    }

    /// <summary>Waits for a line that contains the text and is written after this call.</summary>
    public Task WaitForNewLineAsync(string text)
    {
        var seen = _lines.Count;

        return Wait.UntilAsync(() => Task.FromResult(_lines.Skip(seen).Any(line => line?.Contains(text, StringComparison.Ordinal) is true)), _patience);
    }

    /// <param name="signal">For example <c>TERM</c>.</param>
    public Task SignalAsync(string signal) => new Command("kill", $"-{signal}", $"{Id}").OutputAsync(TestContext.Current.CancellationToken);

    /// <returns>With what it ended, if it does so before it is given up.</returns>
    public async Task<int> ExitCodeAsync(TimeSpan atMost)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(atMost, TestContext.Current.CancellationToken);

        return _process.ExitCode;
    }

    /// <returns>A line of <c>/proc/{pid}/status</c> that is a size, in kilobytes.</returns>
    public long Kilobytes(string name) => long.Parse(
        File.ReadLines($"/proc/{Id}/status")
            .Single(line => line.StartsWith($"{name}:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);

    public async Task KillAsync()
    {
        if (_isLeashed)
        {
            _process.StandardInput.Close();
        }
        else
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().WaitAsync(_patience);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task<bool> AnswersAsync(HttpClient http, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(url, cancellationToken);

            return true;
        }
        catch (HttpRequestException) when (!HasEnded)
        {
            return false;
        }
    }
}
