using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace McpProxy.Api.Settings;

/// <summary>Reads options classes whose properties name the setting they hold with <see cref="ConfigurationKeyNameAttribute"/>.</summary>
internal static class SettingsExtensions
{
    /// <summary>Reads, checks and registers one options class, at once: a wrong value stops the process before anything has started.</summary>
    /// <exception cref="SettingsException">A value is wrong. The message names the setting.</exception>
    public static T AddSettings<T>(this IHostApplicationBuilder builder)
        where T : class, new()
    {
        var settings = new T();
        try
        {
            builder.Configuration.Bind(settings);
        }
        catch (InvalidOperationException exception)
        {
            throw new SettingsException($"{exception.Message} {exception.InnerException?.Message}".TrimEnd(), exception);
        }

        var problems = Problems(settings).ToList();
        if (problems.Count > 0)
        {
            throw new SettingsException(string.Join(Environment.NewLine, problems));
        }

        builder.Services.AddSingleton(settings);

        return settings;
    }

    private static IEnumerable<string> Problems<T>(T settings)
        where T : class
    {
        foreach (var property in typeof(T).GetProperties())
        {
            if (property.GetCustomAttribute<ConfigurationKeyNameAttribute>() is { Name: { } name })
            {
                var context = new ValidationContext(settings) { MemberName = property.Name, DisplayName = name };
                var results = new List<ValidationResult>();
                Validator.TryValidateProperty(property.GetValue(settings), context, results);
                foreach (var result in results)
                {
                    yield return $"{result.ErrorMessage} It is '{property.GetValue(settings)}'.";
                }
            }
        }

        if (settings is IValidatableObject validatable)
        {
            foreach (var result in validatable.Validate(new ValidationContext(settings)))
            {
                yield return result.ErrorMessage!;
            }
        }
    }
}
