using System.Text.RegularExpressions;

namespace McpProxy.Api.Connections;

/// <summary>One entry of <c>AGENT_SERVERS</c>, written <c>[name=][type+]url</c>.</summary>
/// <param name="Name">The name it gives the server, if it does.</param>
/// <param name="Type">The type it declares, if it does.</param>
/// <param name="Url">The rest, which should be a URL.</param>
internal sealed partial record ServerEntry(string? Name, string? Type, string Url)
{
    public static ServerEntry Parse(string text)
    {
        var prefix = Prefix().Match(text);

        return new(Value("name"), Value("type"), text[prefix.Length..]);

        string? Value(string group) => prefix.Groups[group] is { Success: true, Value: var value } ? value : null;
    }

    /// <summary>Matches in front of the scheme only: a path may hold both signs.</summary>
    [GeneratedRegex("^((?<name>[^=/]*)=)?((?<type>[A-Za-z0-9_-]*)[+])?(?=[A-Za-z]+://)")]
    private static partial Regex Prefix();
}
