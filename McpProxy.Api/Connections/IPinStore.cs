namespace McpProxy.Api.Connections;

/// <summary>
/// Remembers what was true of something when it was first seen, such as whose a conversation is, for all replicas that share the backend. What nobody
/// asks for expires. Throws a <see cref="ProxyException"/> of kind <see cref="ErrorKind.BackendUnavailable"/> when it can't remember.
/// </summary>
internal interface IPinStore
{
    /// <summary>Pins a value, unless there is one already.</summary>
    /// <returns>The one that is pinned now.</returns>
    Task<string> PinAsync(string thing, string value, CancellationToken cancellationToken);

    /// <summary>Pins a value in place of any other.</summary>
    Task ReplaceAsync(string thing, string value, CancellationToken cancellationToken);
}
