using System.Text.Json;
using System.Text.RegularExpressions;

namespace McpProxy.Tests.AppHost;

/// <summary>A manifest, read as azd does: each expression becomes the template action that gives its value when the proxy is deployed.</summary>
internal sealed partial class Manifest
{
    private readonly JsonElement _resources;

    private Manifest(JsonElement resources) => _resources = resources;

    public static async Task<Manifest> ReadAsync(string name)
    {
        var json = await File.ReadAllTextAsync(SourceTree.PathTo($"McpProxy.Tests/AppHost/manifests/{name}.json"), TestContext.Current.CancellationToken);

        return new(JsonDocument.Parse(json).RootElement.GetProperty("resources"));
    }

    public SortedDictionary<string, string> EnvironmentOf(string resource) => new(
        Environment(resource).ToDictionary(variable => variable.Name, variable => Evaluate(variable.Value.GetString()!)), StringComparer.Ordinal);

    /// <returns>The variables that are, or have in them, what must not be read.</returns>
    public IEnumerable<string> SecretsOf(string resource)
        => EnvironmentOf(resource).Where(variable => variable.Value.Contains("securedParameter", StringComparison.Ordinal)).Select(variable => variable.Key);

    public bool IsExternal(string resource)
        => _resources.GetProperty(resource).GetProperty("bindings").EnumerateObject()
            .Any(binding => binding.Value.TryGetProperty("external", out var external) && external.GetBoolean());

    private JsonElement.ObjectEnumerator Environment(string resource) => _resources.GetProperty(resource).GetProperty("env").EnumerateObject();

    private string Evaluate(string text) => Expression().Replace(text, match => Value(match.Groups[1].Value, match.Groups[2].Value));

    private string Value(string name, string property)
    {
        var resource = _resources.GetProperty(name);

        return property switch
        {
            "value" => Parameter(name, resource.GetProperty("inputs").GetProperty("value")),
            "connectionString" => Evaluate(resource.GetProperty("connectionString").GetString()!),
            "bindings.http.url" => $"http://{name}.internal.{{{{ .Env.AZURE_CONTAINER_APPS_ENVIRONMENT_DEFAULT_DOMAIN }}}}",
            "bindings.http.targetPort" => "{{ targetPortOrDefault 0 }}",
            "bindings.tcp.host" => name,
            "bindings.tcp.port" => $"{resource.GetProperty("bindings").GetProperty("tcp").GetProperty("targetPort")}",
            _ => throw new NotSupportedException($"{{{name}.{property}}}"),
        };
    }

    private static string Parameter(string name, JsonElement input)
    {
        if (input.TryGetProperty("default", out var preset) && preset.TryGetProperty("value", out var value))
        {
            return value.GetString()!;
        }

        var function = input.TryGetProperty("secret", out var secret) && secret.GetBoolean() ? "securedParameter" : "parameter";

        return $$$"""{{ {{{function}}} "{{{name.Replace('-', '_')}}}" }}""";
    }

    [GeneratedRegex(@"\{([\w-]+)\.([\w.]+)\}")]
    private static partial Regex Expression();
}
