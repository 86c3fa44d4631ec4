using System.ComponentModel;
using System.Reflection;
using System.Text;
using McpProxy.Api.AgentServers;
using McpProxy.Api.Connections;
using McpProxy.Api.Connections.Redis;
using McpProxy.Api.Memory;
using McpProxy.Api.Runs;

namespace McpProxy.Api.Settings;

/// <summary>What can be written behind the program's name.</summary>
internal static class CommandLine
{
    /// <summary>Every settings class, with its defaults.</summary>
    public static IReadOnlyList<object> Settings { get; } =
        [new ProxyOptions(), new ConnectionOptions(), new RedisOptions(), new AgentServerOptions(), new RunOptions(), new MemoryOptions(), new ClientOptions()];

    /// <returns>The answer to <c>--help</c> or <c>--version</c>, or <see langword="null"/> if neither was asked.</returns>
    public static string? Answer(string[] args)
        => args.Intersect(["--help", "-h", "-?"]).Any() ? Help()
            : args.Contains("--version") ? ProxyInfo.Version
            : null;

    /// <summary>Turns the flags into the settings they stand for; the rest are settings already.</summary>
    public static string[] ToSettings(string[] args) => [.. args.Select(arg => arg switch
    {
        "--stdio" => "--MCP_TRANSPORT=stdio",
        "--http" => "--MCP_TRANSPORT=http",
        _ => arg,
    })];

    private static string Help()
    {
        var text = new StringBuilder(
            $"""
            {ProxyInfo.Name} {ProxyInfo.Version}: one MCP endpoint in front of many agent servers.

            Usage: McpProxy.Api [--stdio | --http] [--SETTING=value ...]

              --stdio      Speak MCP on standard input and output.
              --http       Speak MCP over HTTP at /mcp (the default).
              --help       Show this text.
              --version    Show the version.

            Settings, as environment variables, in a file .env or appsettings.json, or as --SETTING=value:


            """);
        foreach (var settings in Settings)
        {
            foreach (var (property, name) in SettingsExtensions.Named(settings.GetType()))
            {
                var description = property.GetCustomAttribute<DescriptionAttribute>()!.Description;
                var standard = property.GetValue(settings) is IConvertible value and not "" ? $" Default: {value.ToString()!.ToLowerInvariant()}." : "";
                text.Append("  ").AppendLine(name).Append("      ").Append(description).AppendLine(standard);
            }
        }

        return text.ToString();
    }
}
