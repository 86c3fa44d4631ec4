namespace McpProxy.Benchmarks.Table;

/// <summary>A build of the proxy.</summary>
/// <param name="Path">A native binary, or a <c>.dll</c>.</param>
/// <param name="Name">What the table calls it.</param>
internal sealed record ProxyBuild(string Path, string Name)
{
    /// <summary>Starts it on its core.</summary>
    /// <param name="settings">Settings as <c>NAME=value</c>.</param>
    /// <param name="before">What runs it.</param>
    /// <param name="arguments">What follows its name.</param>
    public Command Command(IEnumerable<string> settings, IEnumerable<string>? before = null, params string[] arguments)
    {
        string[] program = Path.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", Path] : [Path];

        return new([.. before ?? [], .. Cores.ForProxy, .. program, .. arguments]) { Settings = settings };
    }
}
