using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationHostingTestingExtensions
{
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
        => new(new EndpointReference(
            (IResourceWithEndpoints)app.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(resource => resource.Name == resourceName),
            endpointName ?? "http").Url);
}
