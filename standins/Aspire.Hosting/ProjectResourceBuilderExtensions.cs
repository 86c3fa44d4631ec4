using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;

namespace Aspire.Hosting;

public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var path = new TProject().ProjectPath;
        var program = typeof(TProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == path).Value!;
        var project = builder.AddResource(new ProjectResource(name) { Folder = Path.GetDirectoryName(path)!, Program = program });
        if (LaunchProfile.Read(project.Resource.Folder) is { } profile)
        {
            foreach (var (variable, value) in profile.EnvironmentVariables)
            {
                project.WithEnvironment(variable, value);
            }

            foreach (var url in profile.ApplicationUrls)
            {
                project.Resource.Annotations.Add(new EndpointAnnotation(url.Scheme, url.Scheme, url.Host, url.Port));
            }
        }

        return project;
    }

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        builder.Resource.Annotations.Add(new ReplicaAnnotation(replicas));

        return builder;
    }
}
