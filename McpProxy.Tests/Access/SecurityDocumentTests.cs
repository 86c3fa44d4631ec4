using System.Reflection;
using System.Text.RegularExpressions;

namespace McpProxy.Tests.Access;

/// <summary>docs/security.md names the tests that prove each control: they exist, and run.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly HashSet<string> _tests =
    [
        .. from type in typeof(SecurityDocumentTests).Assembly.GetTypes()
           from method in type.GetMethods()
           where method.GetCustomAttribute<FactAttribute>() is { Skip: null }
           select $"{type.Name}.{method.Name}",
    ];

    public static TheoryData<string> Controls =>
        [.. File.ReadLines(SourceTree.PathTo("docs/security.md")).Where(line => line.StartsWith("| **", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Controls))]
    public void Every_control_has_tests(string control)
    {
        var named = TestName().Matches(control.Split('|')[2]).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, _tests));
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex TestName();
}
