namespace McpProxy.Benchmarks;

/// <summary>Makes one call of twenty kinds after the other, and says what should not have come of it.</summary>
internal sealed class SoakLoad(Uri proxy) : IDisposable
{
    /// <summary>The agent servers, which are called as their types.</summary>
    public static readonly string[] Servers = ["mastra", "langgraph"];

    private const string Counted = "one two three four five six seven eight nine ten";

    private readonly ToolClient _client = new(isModern: true);

    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    public Task<string?> CallAsync(int number)
    {
        var server = Servers[number % 2];

        return (number / 2 % 20) switch
        {
            0 => IsAsync("listAgents", new { }, answer => answer.End is ToolEnd.Succeeded),
            1 => IsAsync("describeAgent", new { agentId = $"{server}:echoAgent" }, answer => answer.End is ToolEnd.Succeeded),
            2 => IsAsync("describeAgent", new { agentId = $"{server}:nobody" }, answer => answer.Kind is "agent_not_found"),
            3 => IsAsync("callAgent", new { targetAgentId = $"nowhere:{number}", message = "hi" }, answer => answer.Kind is "not_found"),
            4 => IsAsync("callAgent", new { targetAgentId = $"{server}:echoAgent", massage = "hi" }, answer => answer.Kind is "invalid_argument"),
            5 => IsAsync("getAgentRun", new { runId = $"run_{number}" }, answer => answer.Kind is "not_found"),
            6 => RunAsync(server, "getAgentRun", "completed"),
            7 => RunAsync(server, "cancelAgentRun", "cancelled"),
            8 => ConnectAsync(number),
            9 or 10 => SessionAsync(server, number),
            11 => LeaveAsync(server, "slowAgent", TimeSpan.FromMilliseconds(100)),
            12 => LeaveAsync(server, "echoAgent", TimeSpan.FromMilliseconds(number % 5)),
            13 => AskAsync(server, number, "stream"),
            14 => IsAsync(
                "callAgent",
                new { targetAgentId = $"{server}:memoryAgent", message = $"{number}", threadId = Guid.NewGuid() },
                answer => answer.Text == $"seen 1 user messages, last: {number}"),
            15 => CutAsync(server),
            _ => AskAsync(server, number, "generate"),
        };
    }

    public void Dispose() => _client.Dispose();

    private async Task<string?> IsAsync(string tool, object arguments, Func<ToolAnswer, bool> isRight, string? session = null)
    {
        var answer = await _client.CallAsync(proxy, tool, arguments, session);

        return isRight(answer) ? null : $"{tool}: {answer.End}, {answer.Text}";
    }

    private Task<string?> AskAsync(string server, int number, string interactionType, string? session = null) => IsAsync(
        "callAgent",
        new { targetAgentId = $"{server}:echoAgent", message = $"call {number}", interactionType },
        answer => answer.Text.Trim() == $"echo: call {number}",
        session);

    private async Task<string?> RunAsync(string server, string tool, string status)
    {
        var isAnswered = tool is "getAgentRun";
        var begun = await _client.CallAsync(
            proxy, "callAgent", new { targetAgentId = $"{server}:{(isAnswered ? "echoAgent" : "slowAgent")}", message = "count", background = true });
        if (begun.Field("runId") is not { } runId)
        {
            return $"no run was begun: {begun.Text}";
        }

        return await IsAsync(tool, isAnswered ? new { runId, waitSeconds = 50 } : new { runId }, answer => answer.Field("status") == status);
    }

    private async Task<string?> ConnectAsync(int number)
    {
        var serverName = $"soak-{number}";

        return await IsAsync(
                "connectServer",
                new { serverUrl = $"http://127.0.0.1:9/{number}", serverName, serverType = "mastra", validateConnection = false },
                answer => answer.End is ToolEnd.Succeeded)
            ?? await IsAsync(
                "callAgent",
                new { targetAgentId = $"{serverName}:echoAgent", message = "hi" },
                answer => answer.Kind is "unreachable" or "circuit_open")
            ?? await IsAsync("disconnectServer", new { serverName }, answer => answer.End is ToolEnd.Succeeded);
    }

    /// <summary>Begins a session, uses it, and ends it.</summary>
    private async Task<string?> SessionAsync(string server, int number)
    {
        using var begun = await _client.SendAsync(proxy, McpRequest.Initialize());
        if (!begun.Headers.TryGetValues(McpRequest.SessionId, out var ids))
        {
            return $"no session was begun: {(int)begun.StatusCode}";
        }

        var session = ids.Single();
        using var initialized = await _client.SendAsync(proxy, McpRequest.Legacy("notifications/initialized", new { }, session: session));
        var problem = await AskAsync(server, number, "stream", session);
        using var end = new HttpRequestMessage(HttpMethod.Delete, proxy);
        end.Headers.Add(McpRequest.SessionId, session);
        using var ended = await _client.SendAsync(proxy, end);

        return problem ?? (ended.IsSuccessStatusCode ? null : $"a session was not ended: {(int)ended.StatusCode}");
    }

    /// <summary>Leaves while the agent is at work, or before.</summary>
    private async Task<string?> LeaveAsync(string server, string agent, TimeSpan after)
    {
        using var leaving = new CancellationTokenSource(after);
        var answer = await _client.CallAsync(
            proxy, "callAgent", new { targetAgentId = $"{server}:{agent}", message = "count", interactionType = "stream" }, cancellationToken: leaving.Token);

        return answer.End is ToolEnd.BrokenOff || answer.Text.Trim() is "echo: count" or Counted ? null : $"a client that left heard: {answer.Text}";
    }

    /// <summary>Sends half of a request and closes the connection.</summary>
    private async Task<string?> CutAsync(string server)
    {
        using var connection = await RawConnection.OpenAsync(proxy);
        var request = RawConnection.Call($"{server}:echoAgent");
        await connection.SendAsync(request[..(request.Length - 20)]);

        return null;
    }
}
