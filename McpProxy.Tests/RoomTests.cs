using McpProxy.Api;
using NetArchTest.Rules;

namespace McpProxy.Tests;

/// <summary>The floor plan: which room of McpProxy.Api may know which others. It reads types, not using lines.</summary>
public sealed class RoomTests
{
    private const string Root = "McpProxy.Api";

    private static readonly string[] _ground = ["Callers", "Configuration", "Errors", "Limits", "Telemetry", "Text"];

    /// <summary>Each room and those below it that it may know; those of the ground floor everybody may. Only the root sees everything.</summary>
    private static readonly Dictionary<string, string[]> _mayKnow = new()
    {
        ["Operator"] = ["Mcp", "Access", "Hosting", "Runs", "Agents", "Connections"],
        ["Mcp"] = ["Access", "Hosting", "Runs", "Agents", "Connections"],
        ["Access"] = ["Hosting", "Connections"],
        ["Hosting"] = [],
        ["Runs"] = ["Agents", "Connections", "Redis"],
        ["Dialects"] = ["Agents", "Outbound", "Connections"],
        ["Agents"] = ["Connections"],
        ["Outbound"] = ["Connections"],
        ["Connections"] = ["Redis"],
        ["Redis"] = [],
        ["Configuration"] = [],
        ["Errors"] = [],
        ["Limits"] = [],
        ["Telemetry"] = [],
        ["Text"] = [],
        ["Callers"] = [],
    };

    private static readonly Types _types = Types.InAssembly(typeof(ProxyApp).Assembly);

    /// <summary>Each dialect is a room of its own, which must not know the others.</summary>
    public static TheoryData<string> Rooms => [.. _mayKnow.Keys, .. Names().Where(name => name.StartsWith("Dialects.", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_knows_only_those_below_it(string room)
    {
        var known = _mayKnow[room.Split('.')[0]].Concat(_ground).Append(room).ToList();
        string[] forbidden =
        [
            .. Names().Where(other => !known.Exists(name => IsWithin(other, name)) && !IsWithin(room, other)).Select(other => $"{Root}.{other}"),
            $"{Root}.{nameof(ProxyApp)}",
        ];

        var result = _types.That().ResideInNamespaceMatching($@"^{Root}\.{room}(\.|$)").ShouldNot().HaveDependencyOnAny(forbidden).GetResult();

        Assert.NotEmpty(result.SelectedTypesForTesting);
        Assert.Empty(result.FailingTypes.Where(type => !IsRegistration(type.FullName, room)).Select(type => $"{type.FullName}: {type.Explanation}"));
    }

    [Fact]
    public void Every_folder_is_a_room_of_the_plan()
        => Assert.DoesNotContain(Names(), name => !_mayKnow.Keys.Any(room => IsWithin(name, room)));

    /// <summary>Every namespace below the root.</summary>
    private static IEnumerable<string> Names()
        => typeof(ProxyApp).Assembly.GetTypes()
            .Select(type => type.Namespace)
            .OfType<string>()
            .Where(name => name.StartsWith($"{Root}.", StringComparison.Ordinal))
            .Select(name => name[(Root.Length + 1)..])
            .Distinct();

    private static bool IsWithin(string name, string room) => name == room || name.StartsWith($"{room}.", StringComparison.Ordinal);

    /// <summary>The one line that registers each dialect.</summary>
    private static bool IsRegistration(string type, string room) => room is "Dialects" && type.EndsWith("DialectsExtensions", StringComparison.Ordinal);
}
