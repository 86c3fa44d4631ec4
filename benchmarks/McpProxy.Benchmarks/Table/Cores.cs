using System.Diagnostics;

namespace McpProxy.Benchmarks.Table;

/// <summary>Gives the first core to the proxy and the others to the load and the agent servers, so that neither takes from the other.</summary>
internal static class Cores
{
    private static readonly bool _areShared = Environment.ProcessorCount < 2 || !OperatingSystem.IsLinux() || !HasTaskset();

    /// <summary>How many this process could use when it began.</summary>
    public static int Count { get; } = Environment.ProcessorCount;

    /// <summary>What a command begins with that runs on the proxy's core.</summary>
    public static string[] ForProxy => _areShared ? [] : ["taskset", "-c", "0"];

    public static string Description => _areShared
        ? "proxy, load and agent servers share all cores"
        : "the proxy on core 0, load and agent servers on the others";

    /// <summary>Leaves the proxy's core.</summary>
    public static void UseOthers()
    {
        if (!_areShared && OperatingSystem.IsLinux())
        {
            using var process = Process.GetCurrentProcess();
            process.ProcessorAffinity &= ~1;
        }
    }

    private static bool HasTaskset()
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "taskset")));
}
