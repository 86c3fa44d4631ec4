using System.ComponentModel;
using System.Reflection;
using System.Text.RegularExpressions;
using McpProxy.Api;
using McpProxy.Api.Agents;
using McpProxy.Api.Configuration;
using McpProxy.Api.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Server;

namespace McpProxy.Tests;

/// <summary>The house rules that a compiler can't check.</summary>
public sealed class ConventionTests
{
    private const string Root = "McpProxy.Api";
    private const int MaxLineLength = 160;

    private static readonly Type[] _apiTypes =
        [.. typeof(ProxyApp).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith(Root, StringComparison.Ordinal) is true && !type.IsNested)];

    public static TheoryData<Type> Options => [.. _apiTypes.Where(type => OptionsClass.SettingsOf(type).Any())];

    [Fact]
    public void Every_tool_is_one_class_with_one_described_cancellable_method()
    {
        var tools = _apiTypes.Where(type => type.IsDefined(typeof(McpServerToolTypeAttribute))).ToList();

        Assert.NotEmpty(tools);
        Assert.All(tools, tool =>
        {
            var method = Assert.Single(tool.GetMethods(), method => method.IsDefined(typeof(McpServerToolAttribute)));

            Assert.EndsWith("Tool", tool.Name, StringComparison.Ordinal);
            Assert.Equal($"{Root}.Mcp.Tools", tool.Namespace);
            Assert.NotNull(method.GetCustomAttribute<DescriptionAttribute>());
            Assert.Equal(typeof(CancellationToken), method.GetParameters()[^1].ParameterType);
            Assert.All(
                method.GetParameters()[..^1].Where(parameter => !parameter.ParameterType.Name.StartsWith("RequestContext", StringComparison.Ordinal)),
                parameter => Assert.NotNull(parameter.GetCustomAttribute<DescriptionAttribute>()));
        });
    }

    [Fact]
    public async Task Every_dialect_has_a_folder_of_its_own_and_is_registered()
    {
        await using var app = ProxyApp.Build([]);
        var registered = app.Services.GetServices<IAgentDialect>().Select(client => client.GetType()).ToHashSet();
        var written = _apiTypes.Where(type => type.IsClass && type.IsAssignableTo(typeof(IAgentDialect))).ToHashSet();

        Assert.Equal(written, registered);
        Assert.All(written, client => Assert.Equal($"{Root}.Dialects.{client.Name[..^"Dialect".Length]}", client.Namespace));
    }

    [Fact]
    public void No_dialect_is_named_outside_its_folder()
    {
        var root = SourceTree.PathTo(Root);
        var dialects = Path.Combine(root, "Dialects") + Path.DirectorySeparatorChar;
        string[] names = [.. Directory.EnumerateDirectories(dialects).Select(folder => Path.GetFileName(folder)!), "LangSmith"];

        var lines = Directory.EnumerateFiles(root, "*.*", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(dialects, StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Select(line => $"{Path.GetRelativePath(root, file)}: {line.Trim()}"))
            .ToList();

        Assert.Contains("Mastra", names);
        Assert.DoesNotContain(lines, line => names.Any(name => IsNamed(line, name)) && !IsOldSetting(line));

        // A part of another word does not count.
        static bool IsNamed(string line, string name) => Regex.IsMatch(line, $"(?i)(?<![a-z]){name}(?![a-z])|(?-i){name}");

        // Settings keep the names that are in people's configuration.
        static bool IsOldSetting(string line)
            => line.StartsWith("Outbound/OutboundOptions.cs: ", StringComparison.Ordinal) && line.Contains("\"MASTRA_", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_connection_backend_is_registered_under_its_name()
    {
        var registered = new HashSet<Type>();
        foreach (var name in ConnectionsExtensions.Backends.Keys)
        {
            await using var app = ProxyApp.Build(
            [
                $"--MCP_CONNECTION_BACKEND={name}",
                "--ConnectionStrings:redis=127.0.0.1:1",
                "--UPSTASH_REDIS_REST_URL=http://127.0.0.1:1",
                "--UPSTASH_REDIS_REST_TOKEN=token",
            ]);
            var backend = app.Services.GetRequiredService<IConnectionBackend>();
            registered.Add(backend.GetType());

            Assert.Equal(name, backend.Name);
        }

        Assert.Equal(_apiTypes.Where(type => type.IsClass && type.IsAssignableTo(typeof(IConnectionBackend))).ToHashSet(), registered);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_setting_is_described_and_named_as_settings_are(Type options)
        => Assert.All(OptionsClass.SettingsOf(options), setting =>
        {
            Assert.EndsWith("Options", options.Name, StringComparison.Ordinal);
            Assert.NotEmpty(Assert.IsType<DescriptionAttribute>(setting.Property.GetCustomAttribute<DescriptionAttribute>()).Description);
            Assert.Matches("^([A-Z][A-Z0-9_]+|ConnectionStrings__[a-z]+)$", setting.Name);
        });

    [Fact]
    public void Every_options_class_is_listed()
        => Assert.Equal(Options.Select(row => row.Data).ToHashSet(), ProxyApp.Options.Select(options => options.Type).ToHashSet());

    [Fact]
    public void Every_settings_property_bears_its_name()
        => Assert.DoesNotContain(
            _apiTypes.Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal)).SelectMany(type => type.GetProperties()),
            property => property.CanWrite && property.SetMethod!.IsPublic && property.GetCustomAttribute<ConfigurationKeyNameAttribute>() is null);

    [Fact]
    public void No_line_is_longer_than_a_screen()
        => Assert.Empty(
            Directory.GetFiles(SourceTree.Root, "*.cs", SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(SourceTree.Root, file)
                    .Split(Path.DirectorySeparatorChar)
                    .Any(folder => folder is "artifacts" or "node_modules"))
                .SelectMany(file => File.ReadLines(file).Select((line, index) => (Line: line, Place: $"{file}:{index + 1}")))
                .Where(line => line.Line.Length > MaxLineLength)
                .Select(line => line.Place));

    [Fact]
    public void Every_class_is_sealed_or_static_unless_others_derive_from_it()
        => Assert.DoesNotContain(
            _apiTypes, type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !_apiTypes.Any(other => other.BaseType == type));
}
