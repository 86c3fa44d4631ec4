using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>What people see: the lines of every resource under its name, and where everything is.</summary>
internal sealed class ConsoleLines(TextWriter writer)
{
    private readonly TextWriter _writer = TextWriter.Synchronized(writer);

    public void Write(string source, string line) => _writer.WriteLine($"[{source}] {line}");

    public void WriteUrls(IEnumerable<IResource> resources)
    {
        var rows = resources.SelectMany(Rows).ToList();
        var (name, url) = (rows.Max(row => row.Name.Length), rows.Max(row => row.Url.Length));

        _writer.WriteLine(
            $"""

            {string.Join(Environment.NewLine, rows.Select(row => $"  {row.Name.PadRight(name)}  {row.Url.PadRight(url)}  {row.Text}".TrimEnd()))}

            This is the stand-in for Aspire: each resource is a process of this machine, and the dashboard is missing. Ctrl+C stops them all.

            """);
    }

    private static IEnumerable<(string Name, string Url, string? Text)> Rows(IResource resource)
        => from replica in Enumerable.Range(0, resource.GetReplicaCount())
           from endpoint in resource.Annotations.OfType<EndpointAnnotation>()
           let links = resource.Annotations.OfType<ResourceUrlAnnotation>().Where(link => link.Endpoint?.EndpointName == endpoint.Name)
           from row in links.Select(link => (link.Url, link.DisplayText)).Prepend(("", null))
           select (Orchestrator.NameOf(resource, replica), endpoint.Url(replica) + row.Item1, row.Item2);
}
