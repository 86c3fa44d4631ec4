using System.Text;

namespace McpProxy.Api.Configuration;

/// <summary>What can be written behind the program's name.</summary>
internal sealed class CommandLine(IReadOnlyList<OptionsClass> options)
{
    private static readonly Dictionary<string, string> _flags = new() { ["--stdio"] = "MCP_TRANSPORT=stdio", ["--http"] = "MCP_TRANSPORT=http" };
    private static readonly Dictionary<string, string> _options = new() { ["--port"] = "MCP_SERVER_PORT", ["--host"] = "MCP_SERVER_HOST" };

    /// <summary>Settings of the libraries below us, and the first part of those that have several.</summary>
    private static readonly string[] _librarySettings =
    [
        "urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "AllowedHosts", "Logging", "Kestrel", "Aspire",
    ];

    /// <summary>The name of every setting.</summary>
    private IEnumerable<string> SettingNames => options.SelectMany(each => each.AllNames);

    private IEnumerable<string> Sections => options.SelectMany(each => each.Settings).Where(setting => setting.IsSection).Select(setting => setting.Name);

    /// <returns>The answer to <c>--help</c> or <c>--version</c>, or <see langword="null"/> if neither was asked.</returns>
    public string? Answer(string[] args)
        => args.Intersect(["--help", "-h", "-?"]).Any() ? Help()
            : args.Contains("--version") ? ProxyInfo.Version
            : null;

    /// <summary>Translates every argument into a setting: <c>--NAME=value</c>.</summary>
    /// <exception cref="SettingsException">An argument is no setting.</exception>
    public string[] ToSettings(string[] args)
    {
        var settings = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (_flags.TryGetValue(args[i], out var flag))
            {
                settings.Add($"--{flag}");
                continue;
            }

            var (option, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            var name = _options.GetValueOrDefault(option) ?? option.TrimStart('-').Replace("__", ":", StringComparison.Ordinal);
            if (!IsKnown(name) || (value is null && !option.StartsWith('-')))
            {
                throw new SettingsException(Unknown(option));
            }

            value ??= ++i < args.Length ? args[i] : throw new SettingsException($"{option} needs a value: {option}=...");
            settings.Add($"--{name}={value}");
        }

        return [.. settings];
    }

    private bool IsKnown(string name)
        => SettingNames.Contains(name.Replace(":", "__", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase)
            || _librarySettings.Concat(Sections).Contains(name.Split(':')[0], StringComparer.OrdinalIgnoreCase);

    /// <summary>Not quoted if it may be a secret that was put in the wrong place.</summary>
    private string Unknown(string option)
    {
        string[] known = ["--help", "--version", .. _flags.Keys, .. _options.Keys, .. SettingNames.Select(name => $"--{name}")];
        string?[] sentences =
        [
            $"There is no such option.{SettingsExtensions.Quote(option)}",
            option.StartsWith('-') ? NearMiss.Ask(option, known) : null,
            "--help shows what there is.",
        ];

        return string.Join(' ', sentences.OfType<string>());
    }

    private string Help()
    {
        var text = new StringBuilder(
            $"""
            {ProxyInfo.Name} {ProxyInfo.Version}: one MCP endpoint in front of many agent servers.

            Usage: {Command()} [--stdio | --http] [--host ADDRESS] [--port PORT] [--SETTING=value ...]

              --stdio      Speak MCP on standard input and output.
              --http       Speak MCP over HTTP at /mcp (the default).
              --host       The same as --MCP_SERVER_HOST.
              --port       The same as --MCP_SERVER_PORT.
              --help       Show this text.
              --version    Show the version.

            Settings, as environment variables, in a file .env in the working directory, in appsettings.json beside the program, or as --SETTING=value:


            """);
        foreach (var each in options)
        {
            var defaults = each.Create();
            foreach (var setting in each.Settings)
            {
                var standard = setting.Property.GetValue(defaults) is IConvertible value and not "" ? $" Default: {value.ToString()!.ToLowerInvariant()}." : "";
                text.Append("  ").AppendLine(setting.Name).Append("      ").Append(setting.Description).AppendLine(standard);
            }
        }

        return text.ToString();
    }

    /// <returns>What was typed to start the program, as far as a process can know: <c>dotnet run</c> sets a variable.</returns>
    private static string Command()
    {
        // The second is the name of a link to a native program, and of the library that the first runs else.
        var (program, called) = (Path.GetFileName(Environment.ProcessPath), Path.GetFileName(Environment.GetCommandLineArgs()[0]));

        return Environment.GetEnvironmentVariable("DOTNET_LAUNCH_PROFILE") is not null ? "dotnet run --project McpProxy.Api --"
            : program is "dotnet" or "dotnet.exe" ? $"dotnet {called}"
            : called.EndsWith(".dll", StringComparison.Ordinal) ? program!
            : called;
    }
}
