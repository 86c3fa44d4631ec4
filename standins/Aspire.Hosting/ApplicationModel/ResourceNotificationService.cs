using System.Collections.Concurrent;

namespace Aspire.Hosting.ApplicationModel;

public class ResourceEvent(IResource resource)
{
    public IResource Resource => resource;
}

/// <summary>Knows which resources are healthy, and lets others wait for it.</summary>
public class ResourceNotificationService
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ResourceEvent>> _healthy = new();

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
        => For(resourceName).Task.WaitAsync(cancellationToken);

    internal void SetHealthy(IResource resource) => For(resource.Name).TrySetResult(new(resource));

    internal void SetFailed(IResource resource, Exception exception) => For(resource.Name).TrySetException(exception);

    private TaskCompletionSource<ResourceEvent> For(string name) => _healthy.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
