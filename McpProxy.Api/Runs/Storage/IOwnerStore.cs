namespace McpProxy.Api.Runs.Storage;

/// <summary>Remembers whose conversations are, for all replicas that share the backend. What nobody asks for expires.</summary>
internal interface IOwnerStore
{
    /// <summary>Gives something to a caller, unless it has an owner already.</summary>
    /// <returns>Its owner now.</returns>
    Task<string> ClaimAsync(string thing, string owner, CancellationToken cancellationToken);
}
