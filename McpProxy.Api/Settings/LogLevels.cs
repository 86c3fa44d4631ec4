namespace McpProxy.Api.Settings;

/// <summary>Log levels are read long after the start, by a library that ends the process with a stack trace when one is wrong.</summary>
internal static class LogLevels
{
    private const string Key = "LogLevel";

    /// <exception cref="SettingsException">A level is none.</exception>
    public static void Check(IConfiguration configuration)
    {
        var logging = configuration.GetSection("Logging");
        var levels = logging.GetChildren().Select(provider => provider.GetSection(Key)).Append(logging.GetSection(Key)).SelectMany(section => section.GetChildren());
        if (levels.FirstOrDefault(level => level.Value is { Length: > 0 } name && !Enum.TryParse<LogLevel>(name, ignoreCase: true, out _)) is { } wrong)
        {
            throw new SettingsException(
                $"{wrong.Path.Replace(":", "__", StringComparison.Ordinal)} must be {string.Join(" or ", Enum.GetNames<LogLevel>())}.{SettingsExtensions.Quote(wrong.Value!)}");
        }
    }
}
