using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Where a resource listens: each replica on a port of its own, the first on the one that was asked for.</summary>
internal sealed class EndpointAnnotation(string name, string scheme, string host, int? port) : IResourceAnnotation
{
    private int[] _ports = [];

    public string Name => name;

    public string Host => host;

    public void Allocate(int replicas, bool atRandom)
        => _ports = [.. Enumerable.Range(0, replicas).Select(replica => replica > 0 || atRandom ? SparePort.Next() : port ?? SparePort.Next())];

    public int Port(int replica) => replica < _ports.Length
        ? _ports[replica]
        : throw new DistributedApplicationException($"The endpoint '{name}' has no port before the system is started.");

    public string Url(int replica) => string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{Port(replica)}");
}

/// <param name="Name">The variable.</param>
/// <param name="Value">Its value: text, or something that has it when the system runs.</param>
internal sealed record EnvironmentAnnotation(string Name, object Value) : IResourceAnnotation
{
    public async ValueTask<string> ResolveAsync(DistributedApplicationOperation operation, CancellationToken cancellationToken) => Value switch
    {
        string text => text,
        IManifestExpressionProvider expression when operation is DistributedApplicationOperation.Publish => expression.ValueExpression,
        _ => await ((IValueProvider)Value).GetValueAsync(cancellationToken) ?? "",
    };
}

internal sealed record HttpHealthCheckAnnotation(string EndpointName, string Path, int StatusCode) : IResourceAnnotation;
