using System.Diagnostics;
using McpProxy.Tests.Infrastructure;

namespace McpProxy.Tests;

/// <summary>The AppHost as people start it, where each resource is a process of its own.</summary>
public sealed class AppHostProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("INT", "-")] // As Ctrl+C does: every process of the terminal gets it.
    [InlineData("TERM", "")]
    [InlineData("TERM", "-")]
    [InlineData("KILL", "")]
    public async Task However_it_ends_nothing_is_left(string signal, string group)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks for processes the way Linux has them.");
        using var appHost = Start();
        try
        {
            var lines = await ReadUntilAsync(appHost, "stand-in for Aspire");
            Assert.Contains(lines, line => line.Contains("/mcp", StringComparison.Ordinal) && line.EndsWith("MCP endpoint", StringComparison.Ordinal));
            Assert.InRange((await SessionOfAsync(appHost)).Count, 3, 20);

            await RunAsync("kill", $"-{signal}", "--", $"{group}{appHost.Id}");

            await EndOfSessionAsync(appHost);
        }
        finally
        {
            await RunAsync("pkill", "-KILL", "--session", $"{appHost.Id}");
        }
    }

    [Fact]
    public async Task A_resource_that_does_not_start_ends_it_with_the_reason()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks for processes the way Linux has them.");
        using var appHost = Start("MCP_SERVER_PORT=nonsense");
        try
        {
            var lines = await ReadUntilAsync(appHost, "[AppHost] proxy ended with exit code 1 before it was healthy.");
            Assert.Contains("[proxy] MCP_SERVER_PORT must be a whole number. It is 'nonsense'.", lines);
            await appHost.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

            Assert.Equal(1, appHost.ExitCode);
            await EndOfSessionAsync(appHost);
        }
        finally
        {
            await RunAsync("pkill", "-KILL", "--session", $"{appHost.Id}");
        }
    }

    /// <summary>In a session of its own, which has the AppHost's process id, and with Ctrl+C heard even if whoever runs the tests ignores it.</summary>
    private static Process Start(params string[] environment)
    {
        var program = ProxyProgram.Path.Replace("McpProxy.Api", "McpProxy.AppHost", StringComparison.Ordinal);
        var start = new ProcessStartInfo("setsid", ["env", "--default-signal=INT", .. environment, "dotnet", program, "--DcpPublisher:RandomizePorts=true"])
        {
            RedirectStandardOutput = true,
        };

        return Process.Start(start)!;
    }

    private static async Task<List<string>> ReadUntilAsync(Process process, string text)
    {
        var lines = new List<string>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            lines.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return lines;
            }
        }

        throw new InvalidOperationException($"It ended without '{text}':\n{string.Join('\n', lines)}");
    }

    private static async Task EndOfSessionAsync(Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (await SessionOfAsync(process) is { Count: > 0 } left)
        {
            Assert.False(patience.IsCancellationRequested, $"Left are:\n{string.Join('\n', left)}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    /// <returns>What still runs, zombies excepted.</returns>
    private static async Task<List<string>> SessionOfAsync(Process process)
        => [.. (await RunAsync("ps", "-s", $"{process.Id}", "-o", "stat=,pid=,args=")).Split('\n').Where(line => line.Length > 0 && line[0] is not 'Z')];

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        return output;
    }
}
