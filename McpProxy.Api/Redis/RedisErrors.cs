namespace McpProxy.Api.Redis;

/// <summary>What Redis means when it refuses, in words that say what to do.</summary>
/// <param name="product">What people call this Redis.</param>
/// <param name="addressSetting">The setting that says where it is.</param>
/// <param name="secretSetting">The setting that holds the password or token.</param>
internal sealed class RedisErrors(string product, string addressSetting, string secretSetting)
{
    private readonly Dictionary<string, (BackendError Error, string Message)> _known = new()
    {
        ["READONLY"] = (BackendError.Refused, $"{product} is a read-only replica. Set {addressSetting} to the primary."),
        ["OOM"] = (BackendError.Refused, $"{product} has used up its memory (maxmemory). Raise that limit, or disconnect servers that are no longer "
            + "needed: this works still."),
        ["MASTERDOWN"] = (BackendError.Refused, $"{product} is a replica that has lost its primary. Wait, or set {addressSetting} to the primary."),
        ["CLUSTERDOWN"] = (BackendError.Refused, $"The cluster of {product} is down. Wait until its nodes are back."),
        ["LOADING"] = (BackendError.Refused, $"{product} is still loading its data. Wait until it is done."),
        ["BUSY"] = (BackendError.Refused, $"{product} is busy with a script of somebody else's. Wait until it ends."),
        ["MISCONF"] = (BackendError.Refused, $"{product} takes no writes because it can't save its data. Look at its log and its disk."),
        ["NOREPLICAS"] = (BackendError.Refused, $"{product} takes no writes because too few of its replicas are there. Wait until they are back."),
        ["WRONGPASS"] = (BackendError.Misconfigured, $"{product} refuses the credentials. Check {secretSetting}."),
        ["NOAUTH"] = (BackendError.Misconfigured, $"{product} asks for a password. Add it to {secretSetting}."),
        ["DENIED"] = (BackendError.Misconfigured, $"{product} is in protected mode: it has no password and serves nobody from another machine. Give "
            + $"it a password and add it to {secretSetting}, or turn protected-mode off."),
        ["NOPERM"] = (BackendError.Misconfigured, $"{product} does not allow what the proxy needs. Give the user or token in {secretSetting} the "
            + "right to read, to write and to run scripts (EVAL)."),
        ["CROSSSLOT"] = (BackendError.Misconfigured, $"{product} is a cluster, which needs a hash tag in the names of the keys. Set "
            + $"MCP_REDIS_KEY_PREFIX={{mcp-proxy}}:servers: on every replica."),
        ["WRONGTYPE"] = (BackendError.Misconfigured, "Somebody else's data is under the keys of the proxy. Set MCP_REDIS_KEY_PREFIX to a prefix that "
            + "nobody uses."),
        ["NOSCRIPT"] = (BackendError.Refused, $"{product} has forgotten a script of the proxy. Try again."),
    };

    /// <param name="reply">What Redis said.</param>
    public BackendException Refusal(string reply)
    {
        if (Known(reply) is { } known)
        {
            return known;
        }

        if (reply.Contains("max number of clients", StringComparison.Ordinal))
        {
            return new(BackendError.Refused, "MAXCLIENTS", $"{product} has as many clients as it may have. Close some, or raise its maxclients.");
        }

        return reply.Contains("max ", StringComparison.Ordinal) && reply.Contains("limit", StringComparison.Ordinal)
            ? new(BackendError.Refused, "QUOTA", $"{product} refuses because a limit of its plan is used up. Raise it, or wait until it begins anew.")
            : new(BackendError.Refused, "ERR", $"{product} refused a script of the proxy. Its keys may hold something that is not the proxy's: look "
                + "at them, or set MCP_REDIS_KEY_PREFIX to a prefix that nobody uses.");
    }

    /// <param name="reply">What Redis said, or a text with that in it: scripts and the library put words of their own around it.</param>
    /// <returns><see langword="null"/> if it holds no code that is known.</returns>
    public BackendException? Known(string reply)
        => reply.Split([' ', ':', '\'', '-', ','], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(_known.ContainsKey) is { } code
            ? new(_known[code].Error, code, _known[code].Message)
            : null;

    public BackendException Unreachable(Exception exception)
        => new(BackendError.Unreachable, "unreachable", $"{product} can't be reached. Check that it runs, and what {addressSetting} says of its "
            + "address and of TLS.", exception);

    public BackendException Interrupted(Exception exception)
        => new(BackendError.Interrupted, "interrupted", $"The connection to {product} broke off.", exception);

    public BackendException TimedOut(TimeSpan timeout, Exception exception)
        => new(BackendError.TimedOut, "timeout", $"{product} did not answer within {timeout.TotalSeconds:0} seconds.", exception);
}
