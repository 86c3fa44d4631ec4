using System.Text.Json;

namespace Aspire.Hosting.Running;

/// <summary>How <c>dotnet run</c> would start a project.</summary>
internal sealed record LaunchProfile(IReadOnlyList<Uri> ApplicationUrls, IReadOnlyDictionary<string, string> EnvironmentVariables)
{
    /// <returns>The project's first launch profile that starts the project itself, or <see langword="null"/> if there is none.</returns>
    public static LaunchProfile? Read(string folder)
    {
        var file = Path.Combine(folder, "Properties", "launchSettings.json");
        if (!File.Exists(file))
        {
            return null;
        }

        using var json = JsonDocument.Parse(File.ReadAllText(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        foreach (var profile in json.RootElement.GetProperty("profiles").EnumerateObject().Select(profile => profile.Value))
        {
            if (profile.TryGetProperty("commandName", out var command) && command.ValueEquals("Project"))
            {
                var urls = profile.TryGetProperty("applicationUrl", out var url) ? url.GetString()!.Split(';') : [];
                var environment = profile.TryGetProperty("environmentVariables", out var variables) ? variables.Deserialize<Dictionary<string, string>>()! : [];

                return new([.. urls.Select(text => new Uri(text))], environment);
            }
        }

        return null;
    }
}
