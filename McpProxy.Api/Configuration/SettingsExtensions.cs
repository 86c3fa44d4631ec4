using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace McpProxy.Api.Configuration;

/// <summary>Reads options classes whose properties name the setting they hold with <see cref="ConfigurationKeyNameAttribute"/>.</summary>
internal static class SettingsExtensions
{
    private const int MaxQuoted = 30;

    /// <summary>Checks every setting there is, so that all that are wrong are named at once and before anything has started.</summary>
    /// <exception cref="SettingsException">A value is wrong.</exception>
    public static void CheckSettings(this IHostApplicationBuilder builder)
        => ThrowIfAny(CommandLine.Settings.Select(defaults => defaults.GetType()).SelectMany(
            type => Read(builder.Configuration, builder.Properties[type] = Activator.CreateInstance(type)!)));

    /// <summary>Registers one options class, read and checked here if that is not done yet. A setting that is there but empty counts as not set.</summary>
    /// <exception cref="SettingsException">A value is wrong. The message names every setting that is.</exception>
    public static T AddSettings<T>(this IHostApplicationBuilder builder)
        where T : class, new()
    {
        if (!builder.Properties.TryGetValue(typeof(T), out var read))
        {
            read = new T();
            ThrowIfAny(Read(builder.Configuration, read));
        }

        var settings = (T)read;
        builder.Services.AddSingleton(settings);

        return settings;
    }

    /// <summary>The properties that hold a setting, each with the setting's name.</summary>
    public static IEnumerable<(PropertyInfo Property, string Name)> Named(Type options)
        => options.GetProperties()
            .Select(property => (property, property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name!))
            .Where(named => named.Item2 is not null);

    /// <summary>Every name that is a setting of these, those without effect included.</summary>
    public static IEnumerable<string> AllNames(Type options)
        => Named(options).SelectMany(setting => Names(setting.Property, setting.Name))
            .Concat(options.GetCustomAttribute<FormerSettingAttribute>()?.Names ?? []);

    /// <returns>What a setting is for, and its other names.</returns>
    public static string Describe(PropertyInfo property)
    {
        var description = property.GetCustomAttribute<DescriptionAttribute>()!.Description;

        return property.GetCustomAttribute<SettingAliasAttribute>() is { } alias
            ? $"{description} Also as {string.Join(" or ", alias.Names)}."
            : description;
    }

    /// <summary>Splits a setting that holds a list, separated by commas or white space.</summary>
    public static string[] Split(string list)
        => list.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <returns>A sentence that quotes a wrong value, unless it looks as if it was meant for another setting: it may hold a password.</returns>
    public static string Quote(string value)
        => value.Length > MaxQuoted || value.Contains('@') || value.Contains("://", StringComparison.Ordinal) ? "" : $" It is '{value}'.";

    private static void ThrowIfAny(IEnumerable<string> problems)
    {
        if (string.Join(Environment.NewLine, problems) is { Length: > 0 } all)
        {
            throw new SettingsException(all);
        }
    }

    /// <returns>What is wrong.</returns>
    private static List<string> Read(IConfiguration configuration, object settings)
    {
        var problems = new List<string>();
        foreach (var (property, name) in Named(settings.GetType()))
        {
            var used = Names(property, name).FirstOrDefault(each => Section(each).Value is { Length: > 0 }) ?? name;
            problems.AddRange(Read(Section(used), used, property, settings));
        }

        if (problems.Count is 0 && settings is IValidatableObject validatable)
        {
            problems.AddRange(validatable.Validate(new ValidationContext(settings)).Select(result => result.ErrorMessage!));
        }

        return problems;

        IConfigurationSection Section(string name) => configuration.GetSection(name.Replace("__", ":", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(PropertyInfo property, string name)
        => [name, .. property.GetCustomAttribute<SettingAliasAttribute>()?.Names ?? []];

    /// <returns>Which of the credentials can't be sent. None is quoted.</returns>
    public static IEnumerable<ValidationResult> CheckCredentials(IEnumerable<(string Setting, string? Value)> credentials)
        => credentials
            .Where(credential => credential.Value?.Any(character => character is <= ' ' or > '~') is true)
            .Select(credential => new ValidationResult(
                $"{credential.Setting} holds a character that no credential has, such as a space or a line break. "
                + "Write the credential alone, without Bearer."));

    private static IEnumerable<string> Read(IConfigurationSection section, string name, PropertyInfo property, object settings)
    {
        if (section.Value is { Length: > 0 } text)
        {
            if (Converted(text.Trim(), property.PropertyType) is not { } value)
            {
                return [$"{name} must be {Expected(property.PropertyType)}.{Quote(text)}"];
            }

            property.SetValue(settings, value);
        }
        else if (section.GetChildren().Any())
        {
            section.Bind(property.GetValue(settings));
        }

        var results = new List<ValidationResult>();
        var context = new ValidationContext(settings) { MemberName = property.Name, DisplayName = name };
        Validator.TryValidateProperty(property.GetValue(settings), context, results);

        return results.Select(result => $"{result.ErrorMessage}{Quote($"{property.GetValue(settings)}")}");
    }

    private static object? Converted(string text, Type type)
    {
        if (type.IsEnum)
        {
            // Its converter would take a number for any value, and a list for one.
            var known = Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));

            return known is null ? null : Enum.Parse(type, known);
        }

        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    private static string Expected(Type type)
        => type.IsEnum ? string.Join(" or ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))
            : type == typeof(bool) ? "true or false"
            : "a whole number";
}
