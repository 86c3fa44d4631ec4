using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Azure;
using Aspire.Hosting.Azure.AppContainers;
using Azure.Provisioning.AppContainers;

#pragma warning disable IDE0130 // The namespace is the real package's.
namespace Aspire.Hosting;

/// <summary>These have something to say only to a deployment, which is not to be had with the stand-in.</summary>
public static class AzureContainerAppExtensions
{
    public static IResourceBuilder<AzureContainerAppEnvironmentResource> AddAzureContainerAppEnvironment(this IDistributedApplicationBuilder builder, string name)
        => builder.CreateResourceBuilder(new AzureContainerAppEnvironmentResource(name));
}

public static class AzureContainerAppProjectExtensions
{
    public static IResourceBuilder<T> PublishAsAzureContainerApp<T>(this IResourceBuilder<T> project, Action<AzureResourceInfrastructure, ContainerApp> configure)
        where T : ProjectResource
        => project;
}
