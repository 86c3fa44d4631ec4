using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using McpProxy.Api;
using McpProxy.Api.Configuration;
using McpProxy.Api.Connections;

namespace McpProxy.Tests.Configuration;

/// <summary>docs/configuration.md says of every setting what its options class says. When one differs, this test says what to write.</summary>
public sealed class ConfigurationDocumentTests
{
    public static TheoryData<Type> Options => [.. ProxyApp.Options.Select(options => options.Type)];

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_setting_is_there_with_its_default_and_range(Type options)
    {
        var table = Table(options);

        Assert.True(
            File.ReadAllText(SourceTree.PathTo("docs/configuration.md")).Contains(table, StringComparison.Ordinal),
            $"docs/configuration.md should contain:\n\n{table}");
    }

    private static string Table(Type options)
    {
        var defaults = Activator.CreateInstance(options);
        var table = new StringBuilder("| setting | default | values | meaning |\n|---|---|---|---|\n");
        foreach (var setting in OptionsClass.SettingsOf(options))
        {
            var (property, name) = setting;
            var description = setting.Description.Replace("<", "&lt;", StringComparison.Ordinal);
            table.Append(CultureInfo.InvariantCulture, $"| `{name}` | {Default(property.GetValue(defaults))} | {Values(property, name)} | {description} |\n");
        }

        return table.ToString();
    }

    private static string Default(object? value)
        => value is IConvertible and not "" ? $"`{Convert.ToString(value, CultureInfo.InvariantCulture)!.ToLowerInvariant()}`" : "";

    private static string Values(PropertyInfo property, string name) => property switch
    {
        _ when name is "MCP_CONNECTION_BACKEND" => Code(ConnectionsExtensions.Backends.Keys),
        { PropertyType.IsEnum: true } => Code(Enum.GetNames(property.PropertyType)),
        _ when property.PropertyType == typeof(bool) => Code(["true", "false"]),
        _ when property.GetCustomAttribute<RangeAttribute>() is { } range => string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}"),
        _ when property.GetCustomAttribute<StringLengthAttribute>() is { } length => $"up to {length.MaximumLength} characters",
        _ => "",
    };

    private static string Code(IEnumerable<string> values) => string.Join(", ", values.Select(value => $"`{value.ToLowerInvariant()}`"));
}
