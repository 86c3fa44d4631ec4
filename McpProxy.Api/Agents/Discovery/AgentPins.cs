using System.Security.Cryptography;
using System.Text;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents.Discovery;

/// <summary>
/// What each server said of its agents when it was connected. Who connected it has seen that, and a model acts on it: one that says something else later may
/// have been taken over.
/// </summary>
internal sealed class AgentPins(IPinStore pins, AgentOptions options)
{
    // Enough to see a change, and short enough for ten thousand agents.
    private const int HashCharacters = 11;

    /// <summary>Compares what a server says of its agents with what it said when it was connected. New agents are taken as they are.</summary>
    /// <returns>The same, with the agents that are not as they were; without any agent if changed ones are to be hidden.</returns>
    public async Task<AgentListing> CheckAsync(AgentListing found)
    {
        try
        {
            var now = found.Agents.ToDictionary(agent => Hash(agent.Id), agent => Hash($"{agent.Name}\n{agent.Description}"));
            var before = Parse(await pins.PinAsync(Key(found.Server.Url), Format(now), CancellationToken.None));
            string[] changed = [.. found.Agents.Select(agent => agent.Id).Where(id => before.GetValueOrDefault(Hash(id)) is { } old && old != now[Hash(id)])];
            if (now.Keys.Any(id => !before.ContainsKey(id)))
            {
                await pins.ReplaceAsync(Key(found.Server.Url), Format(before.Concat(now).DistinctBy(pin => pin.Key)), CancellationToken.None);
            }

            return changed is [] ? found
                : options.PinAgents ? new(found.Server, [], Refusal(found.Server, changed), changed)
                : found with { ChangedAgents = changed };
        }
        catch (ProxyException exception)
        {
            return !options.PinAgents ? found : new(found.Server, [], new ProxyException(
                ErrorKind.BackendUnavailable, $"What {found.Server.Label} said of its agents before can't be read. {exception.Message}", exception));
        }
    }

    /// <summary>Takes what the server says next for what it says.</summary>
    public async Task ForgetAsync(ServerUrl url)
    {
        try
        {
            await pins.ReplaceAsync(Key(url), "", CancellationToken.None);
        }
        catch (ProxyException)
        {
            // Connecting a server needs the same backend, and says it.
        }
    }

    private static ProxyException Refusal(AgentServer server, IReadOnlyList<string> changed) => new(
        ErrorKind.RefusedByPolicy,
        $"{server.Subject} describes agents otherwise than when it was connected ({string.Join(", ", changed.Take(5))}), so it is not used "
        + $"(MCP_PIN_AGENTS=true). If that is right, an operator connects {server.Url} again.");

    private static string Key(ServerUrl url) => Fingerprint.Of($"agents {url}");

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashCharacters];

    private static string Format(IEnumerable<KeyValuePair<string, string>> agents) => string.Concat(agents.Select(agent => agent.Key + agent.Value));

    private static Dictionary<string, string> Parse(string pinned) => pinned.Chunk(2 * HashCharacters)
        .Where(pair => pair.Length is 2 * HashCharacters)
        .DistinctBy(pair => new string(pair, 0, HashCharacters))
        .ToDictionary(pair => new string(pair, 0, HashCharacters), pair => new string(pair, HashCharacters, HashCharacters));
}
