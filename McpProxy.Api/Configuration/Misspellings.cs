namespace McpProxy.Api.Configuration;

/// <summary>
/// Finds what was meant to be a setting. Other programs have variables that look alike, so that is told and no reason to stop.
/// </summary>
internal static class Misspellings
{
    /// <summary>The first part of the names of all settings that hold credentials for agent servers.</summary>
    public const string Auth = "AGENT_SERVER_AUTH";

    private static readonly string[] _authMembers =
    [
        "Url", "Token", "Token_FILE", "ApiKey", "ApiKey_FILE", "TokenUrl", "ClientId", "ClientSecret", "ClientSecret_FILE", "ClientAuth", "Scope", "Audience",
        "Resource", "Exchange",
    ];

    public static IEnumerable<string> In(IConfiguration configuration, IEnumerable<OptionsClass> options)
    {
        string[] known = [.. options.SelectMany(each => each.AllNames)];

        // A word that only one setting begins with is another program's as likely as ours.
        string[] ours = [.. known.GroupBy(name => name.Split('_')[0]).Where(names => names.Count() > 1).Select(names => names.Key)];
        foreach (var key in configuration.GetChildren().Select(section => section.Key))
        {
            var isOurs = ours.Any(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                && !known.Contains(key, StringComparer.OrdinalIgnoreCase);
            if (isOurs && key.StartsWith(Auth, StringComparison.OrdinalIgnoreCase))
            {
                yield return $"{key} is no setting and has no effect. Write {Auth}__<name>__Token, with two underscores each time.";
            }
            else if (isOurs && NearMiss.Ask(key, known) is { } question)
            {
                yield return $"{key} is no setting and has no effect. {question}";
            }
        }

        foreach (var server in configuration.GetSection(Auth).GetChildren())
        {
            foreach (var key in server.GetChildren().Select(section => section.Key).Where(key => !_authMembers.Contains(key, StringComparer.OrdinalIgnoreCase)))
            {
                var advice = NearMiss.Ask(key, _authMembers) ?? $"There are {string.Join(", ", _authMembers)}.";

                yield return $"{Auth}__{server.Key}__{key} is no setting and has no effect. {advice}";
            }

            if (server.Value is not null)
            {
                yield return $"{Auth}__{server.Key} has no effect. Write {Auth}__{server.Key}__Token or {Auth}__{server.Key}__ApiKey.";
            }
        }
    }
}
