using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

/// <summary>What the handlers need to know of a request. Whoever sends through them puts it into the options of its message.</summary>
/// <param name="Server">To whom it goes.</param>
/// <param name="Deadline">Ends it.</param>
/// <param name="Hops">How many calls of agents lead to it, if it is a call itself.</param>
internal sealed record AgentRequest(AgentServer Server, Deadline Deadline, int? Hops = null)
{
    private static readonly HttpRequestOptionsKey<AgentRequest> _key = new(nameof(AgentRequest));

    /// <summary>On whose behalf it is sent; nobody's if it is not sent for one caller.</summary>
    public Caller Caller { get; init; } = Caller.Anyone;

    /// <summary>Whether it may have consequences that happen twice if it is sent twice.</summary>
    public bool IsCall => Hops is not null;

    public static AgentRequest Of(HttpRequestMessage message)
        => message.Options.TryGetValue(_key, out var request)
            ? request
            : throw new InvalidOperationException("The request does not say to which agent server it goes.");

    public void AddTo(HttpRequestMessage message) => message.Options.Set(_key, this);
}
