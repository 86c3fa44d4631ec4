using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace McpProxy.Api.Configuration;

/// <summary>Reads options classes from the configuration, without code made at run time: a native program has no such code.</summary>
internal static class SettingsExtensions
{
    private const int MaxQuoted = 30;

    /// <summary>Reads and checks every setting there is, so that all that are wrong are named at once and before anything has started.</summary>
    /// <exception cref="SettingsException">A value is wrong. The message names every setting that is.</exception>
    public static void ReadSettings(this IHostApplicationBuilder builder, IEnumerable<OptionsClass> classes)
    {
        var problems = new List<string>();
        var inUse = new List<(OptionsClass Options, object Values)>();
        foreach (var options in classes)
        {
            var values = options.Create();
            inUse.Add((options, values));
            builder.Properties[options.Type] = values;
            problems.AddRange(Read(builder.Configuration, options.Settings, values));
        }

        if (problems.Count > 0)
        {
            throw new SettingsException(string.Join(Environment.NewLine, problems));
        }

        builder.Services.AddSingleton<IReadOnlyList<SettingInUse>>(services =>
        {
            var configuration = services.GetRequiredService<IConfiguration>();

            return [.. inUse.SelectMany(each => SettingInUse.Of(each.Options, each.Values, configuration))];
        });
    }

    /// <summary>Registers one options class, which <see cref="ReadSettings"/> has read.</summary>
    public static T AddSettings<T>(this IHostApplicationBuilder builder)
        where T : class
    {
        var settings = (T)builder.Properties[typeof(T)];
        builder.Services.AddSingleton(settings);

        return settings;
    }

    /// <summary>Splits a setting that holds a list, separated by commas or white space.</summary>
    public static string[] Split(string list)
        => list.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <returns>A sentence that quotes a wrong value, unless it looks as if it was meant for another setting: it may hold a password.</returns>
    public static string Quote(string value)
        => value.Length > MaxQuoted || value.Contains('@') || value.Contains("://", StringComparison.Ordinal) ? "" : $" It is '{value}'.";

    /// <returns>Which of the credentials can't be sent. None is quoted.</returns>
    public static IEnumerable<ValidationResult> CheckCredentials(IEnumerable<(string Setting, string? Value)> credentials)
        => credentials
            .Where(credential => credential.Value is not null && CredentialProblem(credential.Value) is not null)
            .Select(credential => new ValidationResult($"{credential.Setting} {CredentialProblem(credential.Value!)}"));

    /// <returns>Why a credential can't be sent, as the rest of a sentence that begins with the setting, or <see langword="null"/> if it can.</returns>
    public static string? CredentialProblem(string credential) => credential.Any(character => character is <= ' ' or > '~')
        ? "holds a character that no credential has, such as a space or a line break. Write the credential alone, without Bearer."
        : null;

    /// <returns>What is wrong with the value of a setting, or <see langword="null"/> if it is of the type.</returns>
    public static string? TryConvert(string name, string text, Type type, out object? value)
    {
        value = Converted(text.Trim(), type);

        return value is null ? $"{name} must be {Expected(type)}.{Quote(text)}" : null;
    }

    /// <summary>A setting that is there but empty counts as not set.</summary>
    /// <returns>What is wrong.</returns>
    private static List<string> Read(IConfiguration configuration, IEnumerable<Setting> settings, object values)
    {
        var problems = new List<string>();
        foreach (var setting in settings)
        {
            var used = setting.Names.FirstOrDefault(name => Section(name).Value is { Length: > 0 }) ?? setting.Name;
            problems.AddRange(Read(Section(used), used, setting, values));
        }

        if (problems.Count is 0 && values is IValidatableObject validatable)
        {
            problems.AddRange(validatable.Validate(Context(values, values.GetType().Name)).Select(result => result.ErrorMessage!));
        }

        return problems;

        IConfigurationSection Section(string name) => configuration.GetSection(name.Replace("__", ":", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Read(IConfigurationSection section, string name, Setting setting, object values)
    {
        var property = setting.Property;
        if (setting.IsSection)
        {
            ((ISectionOptions)values).ReadSection(section);
        }
        else if (section.Value is { Length: > 0 } text)
        {
            if (TryConvert(name, text, property.PropertyType, out var value) is { } problem)
            {
                return [problem];
            }

            property.SetValue(values, value);
        }

        return from attribute in property.GetCustomAttributes<ValidationAttribute>()
               let result = attribute.GetValidationResult(property.GetValue(values), Context(values, name))
               where result is not null
               select $"{result.ErrorMessage}{Quote($"{property.GetValue(values)}")}";
    }

    /// <summary>The one that needs no reflection.</summary>
    private static ValidationContext Context(object values, string name) => new(values, name, serviceProvider: null, items: null);

    private static object? Converted(string text, Type type)
        => type == typeof(string) ? text
            : type == typeof(bool) ? bool.TryParse(text, out var truth) ? truth : null
            : type == typeof(int) ? int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null
            : type == typeof(long) ? long.TryParse(text, CultureInfo.InvariantCulture, out var large) ? large : null

            // Its own parser would take a number for any value, and a list for one.
            : type.IsEnum ? Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known
                ? Enum.Parse(type, known)
                : null
            : throw new NotSupportedException($"A setting can't be a {type.Name}.");

    private static string Expected(Type type)
        => type.IsEnum ? string.Join(" or ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))
            : type == typeof(bool) ? "true or false"
            : "a whole number";
}
