namespace McpProxy.Api.Configuration;

/// <summary>Log levels are read long after the start, by a library that ends the process with a stack trace when one is wrong.</summary>
internal static class LogLevels
{
    private const string Key = "LogLevel";

    /// <exception cref="SettingsException">A level is none.</exception>
    public static void Check(IConfiguration configuration)
    {
        var logging = configuration.GetSection("Logging");
        var sections = logging.GetChildren().Select(provider => provider.GetSection(Key)).Append(logging.GetSection(Key));
        foreach (var level in sections.SelectMany(section => section.GetChildren()))
        {
            if (level.Value is { Length: > 0 } text && !Enum.TryParse<LogLevel>(text, ignoreCase: true, out _))
            {
                var name = level.Path.Replace(":", "__", StringComparison.Ordinal);

                throw new SettingsException($"{name} must be {string.Join(" or ", Enum.GetNames<LogLevel>())}.{SettingsExtensions.Quote(text)}");
            }
        }
    }
}
