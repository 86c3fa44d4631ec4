using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;

namespace Aspire.Hosting;

public static class RedisBuilderExtensions
{
    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder, string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
        => builder.AddResource(new RedisResource(name)).With(new EndpointAnnotation("tcp", "tcp", "127.0.0.1", port));

    /// <summary>Keeps the data in a folder beside the AppHost's program.</summary>
    public static IResourceBuilder<RedisResource> WithDataVolume(this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false)
    {
        builder.Resource.Folder = Path.Combine(AppContext.BaseDirectory, "volumes", name ?? $"{builder.Resource.Name}-data");

        return builder.WithPersistence();
    }

    public static IResourceBuilder<RedisResource> WithPersistence(
        this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1)
    {
        builder.Resource.Save = FormattableString.Invariant($"{(interval ?? TimeSpan.FromMinutes(1)).TotalSeconds:0} {keysChangedThreshold}");

        return builder;
    }
}
