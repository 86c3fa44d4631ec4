using System.Globalization;
using System.Text.RegularExpressions;

namespace McpProxy.Tests.AppHost;

/// <summary>The AppHost as people start it, on free ports, with all the processes that it starts.</summary>
internal sealed partial class AppHostProcess : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string _path = ProxyProgram.Path.Replace("McpProxy.Api", "McpProxy.AppHost", StringComparison.Ordinal);

    /// <summary>A dashboard on free ports.</summary>
    public static readonly IReadOnlyList<string> Settings =
    [
        "ASPIRE_ALLOW_UNSECURED_TRANSPORT=true",
        "ASPNETCORE_URLS=http://localhost:0",
        "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:0",
        "DcpPublisher__RandomizePorts=true",
        $"ASPIRE_CLI_PID={Environment.ProcessId}", // Then it ends with the test run, even if that is killed.
    ];

    private readonly RunningProgram _program;
    private ProcessFamily _family = ProcessFamily.None;

    private AppHostProcess(RunningProgram program) => _program = program;

    public int Id => _program.Id;

    public Uri McpEndpoint => new(EndpointLine().Match(_program.Output).Groups[1].Value);

    /// <summary>Runs it to its end, without the settings that a launch profile would add.</summary>
    public static Task<CommandResult> RunAsync(string[] arguments, params string[] settings)
        => Prepare(["dotnet", _path, .. arguments], settings).RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Starts it with a dashboard, in a session of its own, where it obeys Ctrl+C even if the test run itself ignores it.</summary>
    /// <param name="settings">Settings as <c>NAME=value</c>.</param>
    public static AppHostProcess Start(params string[] settings)
    {
        string[] command = OperatingSystem.IsLinux() ? ["setsid", "env", "--default-signal=INT", "dotnet", _path] : ["dotnet", _path];

        return new(new(Prepare(command, [.. Settings, .. settings]).Start()));
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
        await _program.WaitForLineAsync(line, Patience);
        _family = ProcessFamily.Of(Id);
    }

    /// <summary>Sends a signal and waits until nothing that it started is left.</summary>
    /// <param name="signal">For example <c>TERM</c>.</param>
    /// <param name="target">A process id, or that of a group behind a minus sign.</param>
    public async Task EndAsync(string signal, string target)
    {
        await new Command("kill", $"-{signal}", "--", target).RunAsync(TestContext.Current.CancellationToken);
        await _family.EndAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        var family = _family.With(ProcessFamily.Of(Id));
        try
        {
            if (!_program.HasEnded)
            {
                await EndAsync("TERM", Id.ToString(CultureInfo.InvariantCulture));
            }
        }
        finally
        {
            family.Kill();
            await _program.DisposeAsync();
        }
    }

    private static Command Prepare(string[] command, string[] settings)
        => new(command) { Settings = settings, Folder = Path.GetDirectoryName(_path)!, Patience = Patience };

    [GeneratedRegex(@"MCP endpoint: (http://\S+/mcp)\. Add it to an MCP client")]
    private static partial Regex EndpointLine();
}
