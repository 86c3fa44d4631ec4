namespace McpProxy.SampleAgentServer.Mastra;

/// <summary>A conversation that belongs to a resource; Mastra clients choose both names.</summary>
internal sealed class MastraThread(string id, string resource)
{
    private readonly Lock _gate = new();

    public string Id => id;

    public string Resource => resource;

    public IReadOnlyList<MastraMessage> Messages { get; private set; } = [];

    public void Append(IEnumerable<MastraMessage> messages)
    {
        lock (_gate)
        {
            Messages = [.. Messages, .. messages];
        }
    }
}
