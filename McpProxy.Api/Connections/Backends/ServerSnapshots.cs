namespace McpProxy.Api.Connections.Backends;

/// <summary>Holds the newest snapshot, and sees to it that one that was being read meanwhile does not take back our own writes.</summary>
internal sealed class ServerSnapshots
{
    private readonly Lock _gate = new();
    private readonly List<(string Name, AgentServer? Server)> _writes = [];
    private ServerSnapshot _current = ServerSnapshot.Empty;

    public ServerSnapshot Current => Volatile.Read(ref _current);

    public void BeginLoad()
    {
        lock (_gate)
        {
            _writes.Clear();
        }
    }

    public void CompleteLoad(ServerSnapshot loaded)
    {
        lock (_gate)
        {
            Volatile.Write(ref _current, _writes.Aggregate(loaded, (snapshot, write) => snapshot.With(write.Name, write.Server)));
        }
    }

    public void Apply(string name, AgentServer? server)
    {
        lock (_gate)
        {
            _writes.Add((name, server));
            Volatile.Write(ref _current, _current.With(name, server));
        }
    }
}
