namespace McpProxy.Api.Connections;

/// <summary>Reads the settings that belong to the credentials for one agent server, and keeps what is wrong with them.</summary>
internal sealed class AuthSection(IConfigurationSection section, List<string> problems)
{
    public string Prefix { get; } = $"{Misspellings.Auth}__{section.Key}";

    public string Name(string key) => $"{Prefix}__{key}";

    public bool Has(string key) => Text(key) is not null || Text(key + Configuration.Secret.FileSuffix) is not null;

    /// <returns>Its value without the white space around it, or <see langword="null"/> if it is not set or empty.</returns>
    public string? Text(string key) => section[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <returns>Its value, or <see langword="null"/> if there is none that can be used.</returns>
    public Secret? Secret(string key)
    {
        var secret = Configuration.Secret.Read(
            Name(key), section[key], section[key + Configuration.Secret.FileSuffix], SettingsExtensions.CredentialProblem, out var problem);
        Refuse(problem);

        return secret;
    }

    public T? Choice<T>(string key)
        where T : struct, Enum
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        Refuse(SettingsExtensions.TryConvert(Name(key), text, typeof(T), out var value));

        return (T?)value;
    }

    public void Refuse(string? problem)
    {
        if (problem is not null)
        {
            problems.Add(problem);
        }
    }
}
