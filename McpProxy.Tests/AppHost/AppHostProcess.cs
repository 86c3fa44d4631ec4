using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace McpProxy.Tests.AppHost;

/// <summary>The AppHost as people start it, on free ports, with all the processes that it starts.</summary>
internal sealed partial class AppHostProcess : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string _program = ProxyProgram.Path.Replace("McpProxy.Api", "McpProxy.AppHost", StringComparison.Ordinal);

    /// <summary>A dashboard on free ports.</summary>
    public static readonly IReadOnlyList<string> Settings =
    [
        "ASPIRE_ALLOW_UNSECURED_TRANSPORT=true",
        "ASPNETCORE_URLS=http://localhost:0",
        "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:0",
        "DcpPublisher__RandomizePorts=true",
        $"ASPIRE_CLI_PID={Environment.ProcessId}", // Then it ends with the test run, even if that is killed.
    ];

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private ProcessFamily _family = ProcessFamily.None;

    private AppHostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public Uri McpEndpoint => new(EndpointLine().Match(Output).Groups[1].Value);

    private string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Runs it to its end, without the settings that a launch profile would add.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments, params string[] settings)
    {
        using var process = Process.Start(Describe("dotnet", [_program, .. arguments], settings))!;
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

    /// <summary>Starts it with a dashboard, in a session of its own, and with Ctrl+C heard even if whoever runs the tests ignores it.</summary>
    /// <param name="settings">Settings as <c>NAME=value</c>.</param>
    public static AppHostProcess Start(params string[] settings)
    {
        string[] command = OperatingSystem.IsLinux() ? ["setsid", "env", "--default-signal=INT", "dotnet", _program] : ["dotnet", _program];

        return new(Process.Start(Describe(command[0], command[1..], [.. Settings, .. settings]))!);
    }

    /// <summary>Starts it and waits until the proxy can be called.</summary>
    public static async Task<AppHostProcess> StartReadyAsync(params string[] settings)
    {
        var appHost = Start(settings);
        try
        {
            await appHost.WaitForLineAsync(EndpointLine());

            return appHost;
        }
        catch
        {
            await appHost.DisposeAsync();
            throw;
        }
    }

    public async Task WaitForLineAsync(Regex line)
    {
        try
        {
            await Wait.UntilAsync(() => Task.FromResult(line.IsMatch(Output) || _process.HasExited), Patience);
        }
        catch (OperationCanceledException)
        {
            // What it wrote tells more.
        }

        Assert.Matches(line, Output);
        _family = ProcessFamily.Of(Id);
    }

    /// <summary>Sends a signal and waits until nothing that it started is left.</summary>
    /// <param name="signal">For example <c>TERM</c>.</param>
    /// <param name="target">A process id, or that of a group behind a minus sign.</param>
    public async Task EndAsync(string signal, string target)
    {
        using (var kill = Process.Start("kill", [$"-{signal}", "--", target]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        await _family.EndAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        var family = _family.With(ProcessFamily.Of(Id));
        try
        {
            if (!_process.HasExited)
            {
                await EndAsync("TERM", Id.ToString(CultureInfo.InvariantCulture));
            }
        }
        finally
        {
            family.Kill();
            _process.Dispose();
        }
    }

    private static ProcessStartInfo Describe(string program, string[] arguments, string[] settings)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.GetDirectoryName(_program),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in settings)
        {
            start.Environment[setting.Split('=', 2)[0]] = setting.Split('=', 2)[1];
        }

        return start;
    }

    private void Collect(object sender, DataReceivedEventArgs line)
    {
        lock (_lines)
        {
            _lines.Add(line.Data ?? "");
        }
    }

    [GeneratedRegex(@"MCP endpoint: (http://\S+/mcp)\. Add it to an MCP client")]
    private static partial Regex EndpointLine();
}
