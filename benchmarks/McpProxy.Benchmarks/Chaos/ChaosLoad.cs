namespace McpProxy.Benchmarks.Chaos;

/// <summary>Calls everything there is, through whichever replica is there, and keeps what was acknowledged.</summary>
internal sealed class ChaosLoad(IReadOnlyList<Replica> replicas, Ledger ledger) : IDisposable
{
    private const int Workers = 12;
    private const string Counted = "one two three four five six seven eight nine ten";

    private static readonly ParallelOptions _manyAtOnce = new() { MaxDegreeOfParallelism = 50 };
    private static readonly string[] _servers = ["mastra0", "langgraph0", "mastra1", "langgraph1"];

    private readonly ToolClient _client = new(isModern: false);

    public Task RunAsync(CancellationToken stop)
        => Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(worker, stop), CancellationToken.None)));

    /// <summary>Asks for every accepted run until it has ended, which is what the proxies promise.</summary>
    public Task SettleAsync() => Parallel.ForEachAsync(ledger.Runs.Keys, _manyAtOnce, async (runId, cancellationToken) =>
    {
        for (var tries = 0; tries < 4; tries++)
        {
            var proxy = Somewhere(Random.Shared);
            var answer = await _client.CallAsync(proxy, "getAgentRun", new { runId, waitSeconds = 50 }, cancellationToken: cancellationToken);
            if (ledger.Learn(runId, proxy, answer, Counted))
            {
                return;
            }
        }

        ledger.Report($"{runId} has not ended");
    });

    /// <returns>The servers that a replica knows, each as its name and URL.</returns>
    public async Task<IReadOnlyList<(string Name, string Url)>> ServersAsync(Replica replica)
    {
        var answer = await _client.CallAsync(replica.Endpoint!, "listAgents", new { });

        return [.. answer.Fields.Get("serverAgents").EnumerateArray()
            .Select(server => (server.Get("serverName").GetString()!, server.Get("serverUrl").GetString()!))];
    }

    /// <summary>Calls an agent a few times, so that a replica is as warm as it gets.</summary>
    public async Task WarmAsync(Replica replica)
    {
        for (var i = 0; i < 400; i++)
        {
            await CallAsync(replica.Endpoint!, _servers[i % _servers.Length], isSlow: false);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task WorkAsync(int worker, CancellationToken stop)
    {
        var random = new Random(worker);
        var (runs, made) = (new List<string>(), 0);
        while (!stop.IsCancellationRequested)
        {
            var (proxy, server) = (Somewhere(random), _servers[random.Next(_servers.Length)]);
            switch (random.Next(10))
            {
                case 0 or 1 or 2:
                    await CallAsync(proxy, server, isSlow: false);
                    break;
                case 3:
                    await CallAsync(proxy, server, isSlow: true);
                    break;
                case 4 or 5:
                    runs.AddRange(await BeginAsync(proxy, server));
                    break;
                case 6 or 7 when runs.Count > 0:
                    await FollowAsync(proxy, "getAgentRun", runs[random.Next(runs.Count)]);
                    break;
                case 8 when runs.Count > 0:
                    await FollowAsync(proxy, random.Next(3) is 0 ? "cancelAgentRun" : "getAgentRun", runs[random.Next(runs.Count)]);
                    break;
                default:
                    made = await ChangeAsync(proxy, worker, random, made);
                    break;
            }
        }
    }

    private Uri Somewhere(Random random)
    {
        while (true)
        {
            if (replicas[random.Next(replicas.Count)].Endpoint is { } endpoint)
            {
                return endpoint;
            }
        }
    }

    private async Task CallAsync(Uri proxy, string server, bool isSlow)
    {
        var (call, what) = (CountedAgents.NewCall(), isSlow ? "stream" : "generate");
        var answer = await _client.CallAsync(proxy, "callAgent", Arguments(call, server, isSlow, what, background: false));
        Count(what, answer, call);
        if (answer.End is ToolEnd.Succeeded && answer.Text.Trim() != (isSlow ? Counted : $"echo: {call}"))
        {
            ledger.Report($"{call} was answered with '{answer.Text}'");
        }
    }

    /// <returns>The run, if it was accepted.</returns>
    private async Task<IReadOnlyList<string>> BeginAsync(Uri proxy, string server)
    {
        var call = CountedAgents.NewCall();
        var answer = await _client.CallAsync(proxy, "callAgent", Arguments(call, server, isSlow: true, "generate", background: true));
        Count("background", answer, call);
        if (answer.End is not ToolEnd.Succeeded || answer.Field("runId") is not { } runId)
        {
            return [];
        }

        ledger.Runs[runId] = new();

        return [runId];
    }

    private async Task FollowAsync(Uri proxy, string tool, string runId)
    {
        var answer = await _client.CallAsync(proxy, tool, tool is "getAgentRun" ? new { runId, waitSeconds = 1 } : new { runId });
        Count(tool, answer, null);
        ledger.Learn(runId, proxy, answer, Counted);
    }

    /// <summary>Connects a server that nobody else does, or disconnects one.</summary>
    private async Task<int> ChangeAsync(Uri proxy, int worker, Random random, int made)
    {
        var isNew = made < 5 || random.Next(10) is 0;
        var name = $"w{worker}-{(isNew ? made : random.Next(made))}";
        var before = ledger.Connections.GetValueOrDefault(name) ?? new Connection($"http://127.0.0.1:9/{name}", false);
        var connects = before.IsConnected is not true;
        var answer = connects
            ? await _client.CallAsync(
                proxy, "connectServer", new { serverUrl = before.Url, serverName = name, serverType = "mastra", validateConnection = false })
            : await _client.CallAsync(proxy, "disconnectServer", new { serverName = name });
        Count(connects ? "connectServer" : "disconnectServer", answer, null);
        var nothingChanged = answer.End is ToolEnd.Refused || answer.Text.StartsWith("Nothing was changed.", StringComparison.Ordinal);
        if (answer.End is ToolEnd.Failed && !nothingChanged && answer.Kind is not "backend_unavailable" && before.IsConnected is not null)
        {
            ledger.Report($"{name} ({before}): {answer.Text}");
        }

        // What is unknown stays so: a replica that was frozen may still do what nobody waits for any more.
        var isConnected = answer.End is ToolEnd.Succeeded ? connects : nothingChanged ? before.IsConnected : null;
        ledger.Connections[name] = before with { IsConnected = before.IsConnected is null ? null : isConnected };

        return isNew ? made + 1 : made;
    }

    private void Count(string what, ToolAnswer answer, string? call)
    {
        ledger.Count(answer.End switch
        {
            ToolEnd.Succeeded => $"{what} well",
            ToolEnd.Failed => $"{what} {answer.Kind}",
            ToolEnd.Refused => $"{what} refused",
            _ => $"{what} broken off",
        });
        if (answer is { End: ToolEnd.Failed, Kind: null })
        {
            ledger.Report($"{what} failed as nobody has foreseen: {answer.Text}");
        }

        if (call is not null && (answer.End is ToolEnd.Refused || answer.Kind is "unreachable" or "circuit_open" or "backend_unavailable"))
        {
            ledger.Unsent.Add(call);
        }
    }

    private static object Arguments(string call, string server, bool isSlow, string interactionType, bool background) => new
    {
        targetAgentId = $"{server}:{(isSlow ? "slowAgent" : "echoAgent")}",
        messages = isSlow
            ? new[] { new { role = "user", content = call }, new { role = "user", content = "count" } }
            : [new { role = "user", content = call }],
        interactionType,
        background,
    };
}
