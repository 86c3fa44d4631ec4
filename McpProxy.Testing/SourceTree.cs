namespace McpProxy.Testing;

/// <summary>Finds files of the repository from the folder that the tests run in.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static string PathTo(string relativePath) => Path.Combine(Root, relativePath);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "McpProxy.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} has McpProxy.sln.");
        }

        return folder.FullName;
    }
}
