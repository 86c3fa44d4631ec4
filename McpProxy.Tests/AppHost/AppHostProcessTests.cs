using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace McpProxy.Tests.AppHost;

/// <summary>What the AppHost says when something does not start.</summary>
[Collection(AppHostGroup.Name)]
public sealed class AppHostProcessTests
{
    [Fact]
    public async Task A_resource_that_does_not_start_says_why_in_the_AppHosts_log()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Looks for processes the way Linux has them.");
        await using var appHost = AppHostProcess.Start("MCP_SERVER_PORT=nonsense");

        await appHost.WaitForLineAsync(new Regex(@"MCP_SERVER_PORT must be a whole number\. It is 'nonsense'\."));
        await appHost.WaitForLineAsync(new Regex(@"proxy ended with exit code 1\. What it wrote is above, and in the dashboard\."));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_sentence()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 3001);
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            // Another program has the port already, which serves the test as well.
        }

        var (exitCode, _, error) = await AppHostProcess.RunAsync([], [.. AppHostProcess.Settings, "DcpPublisher__RandomizePorts=false"]);

        Assert.Equal(1, exitCode);
        Assert.Equal(
            "Port 3001 is taken, so the proxy can't listen there. Stop what does, or add -- --DcpPublisher:RandomizePorts=true for free ports.", error.Trim());
    }

    [Fact]
    public async Task Another_backend_is_refused_in_one_sentence()
    {
        var (exitCode, output, error) = await AppHostProcess.RunAsync([], "Parameters__backend=floppy");

        Assert.Equal((1, "", "Parameters:backend must be local, redis or upstash. It is 'floppy'."), (exitCode, output, error.Trim()));
    }
}
