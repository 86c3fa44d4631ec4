using System.Globalization;

namespace McpProxy.Api.Configuration;

/// <summary>A setting and its value; what may hold a secret is masked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it is, if it is anything.</param>
/// <param name="Default">What it is where nobody sets it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="IsSet">Whether somebody set it.</param>
internal sealed record SettingInUse(string Name, string? Value, string? Default, string Description, bool IsSet)
{
    private const string Mask = "***";

    public static IEnumerable<SettingInUse> Of(OptionsClass options, object values, IConfiguration configuration)
    {
        var defaults = options.Create();
        foreach (var setting in options.Settings)
        {
            var sections = setting.Names.Select(name => configuration.GetSection(name.Replace("__", ":", StringComparison.Ordinal)));
            var isSet = sections.Any(section => section.Value is { Length: > 0 } || (setting.IsSection && section.GetChildren().Any()));
            var value = setting.IsShown ? Format(setting.Property.GetValue(values)) : isSet ? Mask : null;

            // A password may be in an address, or in the wrong setting.
            yield return new(
                setting.Name,
                value?.Contains('@') is true ? Mask : value,
                setting.IsShown ? Format(setting.Property.GetValue(defaults)) : null,
                setting.Description,
                isSet);
        }
    }

    private static string? Format(object? value) => value switch
    {
        null or "" => null,
        string text => text,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!.ToLowerInvariant(),
    };
}
