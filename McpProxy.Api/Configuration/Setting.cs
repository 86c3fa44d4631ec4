using System.ComponentModel;
using System.Reflection;

namespace McpProxy.Api.Configuration;

/// <summary>One setting, and the property that holds it.</summary>
internal sealed record Setting(PropertyInfo Property, string Name)
{
    private IReadOnlyList<string> Aliases => Property.GetCustomAttribute<SettingAliasAttribute>()?.Names ?? [];

    /// <summary>Whether it is a whole section, whose parts have names of their own.</summary>
    public bool IsSection => !Property.CanWrite;

    /// <summary>Whether its value can be no secret: a number, a choice, or a text that says so.</summary>
    public bool IsShown => !IsSection && (Property.PropertyType != typeof(string) || Property.IsDefined(typeof(ShownAttribute)));

    /// <summary>Its own name, and its other ones.</summary>
    public IEnumerable<string> Names => [Name, .. Aliases];

    /// <summary>What it is for, and its other names.</summary>
    public string Description
        => Property.GetCustomAttribute<DescriptionAttribute>()!.Description
            + (Aliases is [] ? "" : $" Also as {string.Join(" or ", Aliases)}.");
}
