using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>What one read may take of time and memory, in however many requests.</summary>
internal sealed class AgentReading(AgentServer server, Caller caller, Deadline deadline, MemoryLease memory) : IDisposable
{
    public AgentServer Server => server;

    public Caller Caller => caller;

    public Deadline Deadline => deadline;

    public MemoryLease Memory => memory;

    public void Dispose()
    {
        deadline.Dispose();
        memory.Dispose();
    }
}
