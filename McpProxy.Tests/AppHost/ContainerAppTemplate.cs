using System.Text.RegularExpressions;

namespace McpProxy.Tests.AppHost;

/// <summary>infra/proxy.tmpl.yaml with its conditions decided, and all other actions left as they are.</summary>
internal sealed partial class ContainerAppTemplate
{
    private readonly string _text;

    private ContainerAppTemplate(string text)
    {
        _text = text;
        var entries = Entry().Matches(text)
            .Select(entry => (Name: entry.Groups[1].Value, Kind: entry.Groups[2].Value, Value: entry.Groups[3].Value.Trim('\'')))
            .Where(entry => entry.Name is not "AZURE_CLIENT_ID")
            .ToList();
        var variables = entries.Where(entry => char.IsAsciiLetterUpper(entry.Name[0])).ToList();
        Secrets = entries.Except(variables).ToDictionary(entry => entry.Name, entry => entry.Value);
        SecretVariables = [.. variables.Where(variable => variable.Kind is "secretRef").Select(variable => variable.Name)];
        SecretReferences = [.. variables.Where(variable => variable.Kind is "secretRef").Select(variable => variable.Value)];
        Environment = new(
            variables.ToDictionary(variable => variable.Name, variable => variable.Kind is "secretRef" ? Secrets[variable.Value] : variable.Value),
            StringComparer.Ordinal);
    }

    public Dictionary<string, string> Secrets { get; }

    public IReadOnlyList<string> SecretVariables { get; }

    public IReadOnlyList<string> SecretReferences { get; }

    /// <summary>What the proxy gets, secrets included. <c>AZURE_CLIENT_ID</c> is azd's own.</summary>
    public SortedDictionary<string, string> Environment { get; }

    /// <param name="settings">What azd sees, as <c>NAME=value</c>.</param>
    public static ContainerAppTemplate Render(string[] settings)
    {
        var values = settings.Select(setting => setting.Split('=', 2)).ToDictionary(setting => setting[0], setting => setting[1]);
        var backend = values.GetValueOrDefault("AZURE_BACKEND", "local");
        var open = new Stack<bool>();
        var lines = new List<string>();
        foreach (var line in File.ReadLines(SourceTree.PathTo("McpProxy.AppHost/infra/proxy.tmpl.yaml")))
        {
            if (Condition().Match(line) is { Success: true } condition)
            {
                var asked = condition.Groups[1].Value;
                open.Push(asked is "index .Env \"AZURE_REDIS\"" ? values.ContainsKey("AZURE_REDIS") : asked == $"eq $backend \"{backend}\"");
            }
            else if (line is "{{- else }}")
            {
                open.Push(!open.Pop());
            }
            else if (line is "{{- end }}")
            {
                open.Pop();
            }
            else if (open.All(applies => applies))
            {
                lines.Add(line.Replace("{{ $backend }}", backend, StringComparison.Ordinal));
            }
        }

        return new(string.Join('\n', lines));
    }

    public bool Contains(string line) => Regex.IsMatch(_text, $@"(?m)^\s*{Regex.Escape(line)}$");

    [GeneratedRegex(@"(?m)^ +- name: (\S+)\n +(value|secretRef): (.+)$")]
    private static partial Regex Entry();

    [GeneratedRegex(@"^\{\{- if (.+) \}\}$")]
    private static partial Regex Condition();
}
