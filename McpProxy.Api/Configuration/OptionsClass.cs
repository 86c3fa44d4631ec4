using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace McpProxy.Api.Configuration;

/// <summary>A class whose properties hold settings, each named by its <see cref="ConfigurationKeyNameAttribute"/>.</summary>
internal sealed class OptionsClass
{
    private readonly Func<object> _create;

    private OptionsClass(Type type, IReadOnlyList<Setting> settings, Func<object> create)
        => (Type, Settings, _create) = (type, settings, create);

    public Type Type { get; }

    public IReadOnlyList<Setting> Settings { get; }

    /// <summary>Every name that is a setting of these, those without effect included.</summary>
    public IEnumerable<string> AllNames
        => Settings.SelectMany(setting => setting.Names).Concat(Type.GetCustomAttribute<FormerSettingAttribute>()?.Names ?? []);

    public static OptionsClass Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>()
        where T : class, new()
        => new(typeof(T), [.. SettingsOf(typeof(T))], () => new T());

    /// <returns>An instance with every default.</returns>
    public object Create() => _create();

    public static IEnumerable<Setting> SettingsOf([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type)
        => from property in type.GetProperties()
           let name = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name
           where name is not null
           select new Setting(property, name);
}
