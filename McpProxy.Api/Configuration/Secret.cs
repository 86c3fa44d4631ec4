using System.Diagnostics;

namespace McpProxy.Api.Configuration;

/// <summary>
/// A secret: the value of a setting, or the content of the file that the setting with <c>_FILE</c> behind its name leads to, as container platforms mount
/// secrets. Prints as nothing, so that no log or message can hold it.
/// </summary>
internal sealed partial class Secret
{
    public const string FileSuffix = "_FILE";

    private const int MaxLength = 64 * 1024;

    private static readonly TimeSpan _readInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _setting;
    private readonly Func<string, string?> _check;
    private readonly string? _path;
    private string _value;
    private long _readAt = Stopwatch.GetTimestamp();
    private bool _isOutdated;

    private Secret(string setting, Func<string, string?> check, string value, string? path)
        => (_setting, _check, _value, _path) = (setting, check, value, path);

    /// <param name="setting">The setting that may hold the secret itself.</param>
    /// <param name="value">What that holds, if it is set.</param>
    /// <param name="path">What the setting with <c>_FILE</c> holds, if it is set.</param>
    /// <param name="check">Says what is wrong with a secret, as the rest of a sentence that begins with the setting.</param>
    /// <param name="problem">A sentence that names the setting and quotes nothing, if there is something wrong.</param>
    /// <returns>The secret, or <see langword="null"/> if there is none that can be used. What is empty or blank counts as not set.</returns>
    public static Secret? Read(string setting, string? value, string? path, Func<string, string?> check, out string? problem)
    {
        (value, path) = (Trimmed(value), Trimmed(path));
        problem = null;
        if (value is null && path is null)
        {
            return null;
        }

        if (value is not null && path is not null)
        {
            problem = $"{setting} and {setting}{FileSuffix} are both set. Set one of them.";
        }
        else if (value is not null)
        {
            problem = check(value) is { } wrong ? $"{setting} {wrong}" : null;
        }
        else
        {
            problem = ReadFile(setting, path!, check, out value, out var isFile);

            // A pipe gives its content once.
            path = isFile ? path : null;
        }

        return problem is null ? new(setting, check, value!, path) : null;
    }

    /// <summary>Gets the secret as it is now. A file is read again after a second: its time may stay the same where a link in its path is replaced.</summary>
    /// <param name="logger">Is told when a file has become useless. The secret stays what it was then.</param>
    public string Get(ILogger logger)
    {
        if (_path is null)
        {
            return _value;
        }

        lock (_gate)
        {
            if (Stopwatch.GetElapsedTime(_readAt) >= _readInterval)
            {
                ReadAgain(_path, logger);
                _readAt = Stopwatch.GetTimestamp();
            }

            return _value;
        }
    }

    private void ReadAgain(string path, ILogger logger)
    {
        var problem = ReadFile(_setting, path, _check, out var value, out _);
        if (problem is null)
        {
            _value = value!;
        }
        else if (!_isOutdated)
        {
            LogKept(logger, problem);
        }

        _isOutdated = problem is not null;
    }

    private static string? ReadFile(string setting, string path, Func<string, string?> check, out string? value, out bool isFile)
    {
        (value, isFile) = (null, false);
        var name = setting + FileSuffix;
        try
        {
            using var file = File.OpenRead(path);
            using var reader = new StreamReader(file);
            var text = new char[MaxLength + 1];
            var length = reader.ReadBlock(text);
            (value, isFile) = (Trimmed(new(text, 0, length)), file.CanSeek);

            return length > MaxLength ? $"{name} leads to a file that is longer than {MaxLength} characters."
                : value is null ? $"{name} leads to a file that is empty."
                : check(value) is { } wrong ? $"{name} {wrong}"
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"{name} leads to no file that can be read. Check that it is there, and that the proxy may read it.";
        }
    }

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    [LoggerMessage(LogLevel.Warning, "{Problem} Until that changes, what it held before is used.")]
    private static partial void LogKept(ILogger logger, string problem);
}
