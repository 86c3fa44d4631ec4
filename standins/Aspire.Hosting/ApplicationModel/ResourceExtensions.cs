namespace Aspire.Hosting.ApplicationModel;

public static class ResourceExtensions
{
    public static int GetReplicaCount(this IResource resource)
        => resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
}
