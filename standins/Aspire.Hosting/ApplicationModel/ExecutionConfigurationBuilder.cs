using Aspire.Hosting.Running;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

public interface IExecutionConfigurationBuilder
{
    Task<IExecutionConfigurationResult> BuildAsync(
        DistributedApplicationExecutionContext executionContext, ILogger? resourceLogger = null, CancellationToken cancellationToken = default);
}

public interface IExecutionConfigurationResult
{
    IEnumerable<KeyValuePair<string, string>> EnvironmentVariables { get; }
}

/// <summary>Works out what a resource finds in its environment.</summary>
public sealed class ExecutionConfigurationBuilder : IExecutionConfigurationBuilder
{
    private readonly IResource _resource;

    private ExecutionConfigurationBuilder(IResource resource) => _resource = resource;

    public static IExecutionConfigurationBuilder Create(IResource resource) => new ExecutionConfigurationBuilder(resource);

    public async Task<IExecutionConfigurationResult> BuildAsync(
        DistributedApplicationExecutionContext executionContext, ILogger? resourceLogger = null, CancellationToken cancellationToken = default)
    {
        var variables = new Dictionary<string, string>();
        foreach (var variable in _resource.Annotations.OfType<EnvironmentAnnotation>())
        {
            variables[variable.Name] = await variable.ResolveAsync(executionContext.Operation, cancellationToken);
        }

        return new Result(variables);
    }

    private sealed record Result(IEnumerable<KeyValuePair<string, string>> EnvironmentVariables) : IExecutionConfigurationResult;
}

public static class ExecutionConfigurationBuilderExtensions
{
    public static IExecutionConfigurationBuilder WithEnvironmentVariablesConfig(this IExecutionConfigurationBuilder builder) => builder;
}
