using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using McpProxy.Benchmarks;
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
}

if (args.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no benchmark '{unknown}'. There are: {string.Join(", ", benchmarks.Keys)}.");

    return 2;
}

Console.WriteLine("| what | result |");
Console.WriteLine("|---|---|");
var isGood = true;
foreach (var name in args.Length > 0 ? args : [.. benchmarks.Keys])
{
    foreach (var row in await benchmarks[name]())
    {
        Console.WriteLine($"| {row.What} | {row.Result}{(row.IsGood ? "" : " **(not as promised)**")} |");
        isGood &= row.IsGood;
    }
}

return isGood ? 0 : 1;
