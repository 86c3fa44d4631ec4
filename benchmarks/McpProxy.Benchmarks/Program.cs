using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using McpProxy.Benchmarks;
using McpProxy.Benchmarks.Chaos;
using McpProxy.Benchmarks.Pieces;
using McpProxy.Benchmarks.Table;

// Needs a redis-server on the PATH, and ten minutes for all; names choose some. Everything runs on this machine: compare its figures with its own figures only.
var benchmarks = new Dictionary<string, Func<Task<IReadOnlyList<Row>>>>
{
    ["backends"] = async () => [.. await HammerBenchmark.RunAsync("redis"), .. await HammerBenchmark.RunAsync("upstash")],
    ["roundrobin"] = async () => [await RoundRobinBenchmark.RunAsync("redis"), await RoundRobinBenchmark.RunAsync("upstash")],
    ["recovery"] = RecoveryBenchmark.RunAsync,
    ["firsttext"] = FirstTextBenchmark.RunAsync,
    ["streams"] = async () => [await StreamsBenchmark.RunAsync()],
    ["cancelled"] = async () => [await CancelledCallsBenchmark.RunAsync()],
    ["sixminutes"] = SixMinutesBenchmark.RunAsync,
};

switch (args)
{
    case ["table", ..]:
        return await TableBenchmark.RunAsync(args[1..]);
    case ["pieces"]:
        BenchmarkRunner.Run<CallPieces>(DefaultConfig.Instance.WithArtifactsPath(SourceTree.PathTo("artifacts/pieces")));
        return 0;
    case ["chaos"] or ["chaos", "--seconds", _]:
        return await PrintAsync(() => ChaosBenchmark.RunAsync(TimeSpan.FromSeconds(Number(300))));
    case ["soak"] or ["soak", "--calls", _]:
        return await PrintAsync(() => SoakBenchmark.RunAsync(Number(50_000)));
    case ["agents", var url, var file]:
        // The chaos starts this program again for its agent servers.
        await CountedAgents.RunAsync(url, file);
        return 0;
}

if (args.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    var known = string.Join(", ", benchmarks.Keys.Concat(["table", "pieces", "chaos", "soak"]));
    Console.Error.WriteLine($"There is no benchmark '{unknown}'. There are: {known}.");

    return 2;
}

return await PrintAsync([.. (args.Length > 0 ? args : [.. benchmarks.Keys]).Select(name => benchmarks[name])]);

int Number(int standard) => args.Length > 1 ? int.Parse(args[2], CultureInfo.InvariantCulture) : standard;

// Says whether all is as promised.
static async Task<int> PrintAsync(params Func<Task<IReadOnlyList<Row>>>[] some)
{
    Console.WriteLine("| what | result |");
    Console.WriteLine("|---|---|");
    var isGood = true;
    foreach (var benchmark in some)
    {
        foreach (var row in await benchmark())
        {
            Console.WriteLine($"| {row.What} | {row.Result}{(row.IsGood ? "" : " **(not as promised)**")} |");
            isGood &= row.IsGood;
        }
    }

    return isGood ? 0 : 1;
}
