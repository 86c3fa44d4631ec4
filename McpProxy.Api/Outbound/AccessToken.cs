namespace McpProxy.Api.Outbound;

/// <summary>What an authorization server gave. Prints as nothing, so that no log or message can hold it.</summary>
internal sealed class AccessToken(string value, TimeSpan lifetime)
{
    private static readonly TimeSpan _margin = TimeSpan.FromMinutes(1);

    public string Value => value;

    /// <summary>How long it is used: a new one is got before it expires, as a request takes its time to arrive, and clocks differ.</summary>
    public TimeSpan UsedFor { get; } = lifetime - (lifetime / 4 < _margin ? lifetime / 4 : _margin);
}
