using McpProxy.Benchmarks;

// Takes a minute or two and needs a redis-server on the PATH. Everything runs on this machine: compare its figures with its own figures only.
var rows = new List<Row>();
foreach (var kind in new[] { "redis", "upstash" })
{
    rows.AddRange(await HammerBenchmark.RunAsync(kind));
    rows.Add(await RoundRobinBenchmark.RunAsync(kind));
}

rows.AddRange(await RecoveryBenchmark.RunAsync());

Console.WriteLine("| what | result |");
Console.WriteLine("|---|---|");
foreach (var row in rows)
{
    Console.WriteLine($"| {row.What} | {row.Result} |");
}

return rows.TrueForAll(row => row.IsGood) ? 0 : 1;
