using Aspire.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A project of the solution. It has been built already.</summary>
public class ProjectResource(string name) : Resource(name), IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport, IProcessResource
{
    internal string Folder { get; init; } = "";

    internal string Program { get; init; } = "";

    IReadOnlyList<string> IProcessResource.PrepareCommand() => ["dotnet", Program];

    string IProcessResource.Folder => Folder;

    Task<bool> IProcessResource.IsHealthyAsync(int replica, CancellationToken cancellationToken)
        => HttpHealth.IsHealthyAsync(this, replica, cancellationToken);

    IEnumerable<(string Name, string Value)> IProcessResource.GetEnvironment(int replica)
    {
        var urls = Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.Url(replica));
        yield return ("ASPNETCORE_URLS", string.Join(';', urls));
        yield return ("OTEL_SERVICE_NAME", Name);
        yield return ("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={Name}-{replica + 1}");
    }
}
