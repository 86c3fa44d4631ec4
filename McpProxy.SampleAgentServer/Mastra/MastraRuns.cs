namespace McpProxy.SampleAgentServer.Mastra;

/// <summary>Starts runs, and goes on with those that wait for an answer, once each.</summary>
internal sealed class MastraRuns(SampleAgents agents, RecentThreads<MastraThread> threads, RecentThreads<SuspendedRun> suspended)
{
    public RecentThreads<MastraThread> Threads => threads;

    public MastraRun Start(SampleAgent agent, IReadOnlyList<AgentMessage> messages, MastraThread? thread) => new(agents, agent, messages, thread, suspended);

    /// <returns><see langword="null"/> if no such run waits.</returns>
    public MastraRun? Resume(string runId, SampleAgent agent, string answer)
    {
        var run = suspended.Find(runId);
        if (run is null || run.Agent != agent)
        {
            return null;
        }

        suspended.Remove(runId);

        return new(agents, agent, [], run.Thread, suspended, [.. run.Heard, new(AgentMessage.Answer, answer)]);
    }
}
