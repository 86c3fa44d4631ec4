using System.Reflection;
using System.Runtime.ExceptionServices;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationTestingBuilder
{
    /// <summary>Runs the AppHost's program up to the point where it builds what it has described.</summary>
    /// <exception cref="Exception">Whatever the program threw.</exception>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class
        => Task.Run(
            IDistributedApplicationTestingBuilder () =>
            {
                var assembly = typeof(TEntryPoint).Assembly;
                DistributedApplicationBuilder.Test.Value = new(assembly, ["--DcpPublisher:RandomizePorts=true", .. args], builder => throw new DescribedException(builder));
                try
                {
                    assembly.EntryPoint!.Invoke(null, [Array.Empty<string>()]);
                }
                catch (TargetInvocationException exception) when (exception.InnerException is DescribedException described)
                {
                    return new TestingBuilder(described.Builder);
                }
                catch (TargetInvocationException exception)
                {
                    ExceptionDispatchInfo.Throw(exception.InnerException!);
                }

                throw new InvalidOperationException($"{assembly.GetName().Name} ended without building anything.");
            },
            cancellationToken);

    /// <summary>Ends the program: from here on the test decides.</summary>
    private sealed class DescribedException(DistributedApplicationBuilder builder) : Exception
    {
        public DistributedApplicationBuilder Builder => builder;
    }

    private sealed class TestingBuilder(DistributedApplicationBuilder builder) : IDistributedApplicationTestingBuilder
    {
        public ConfigurationManager Configuration => builder.Configuration;

        public DistributedApplicationExecutionContext ExecutionContext => builder.ExecutionContext;

        public IResourceBuilder<T> AddResource<T>(T resource)
            where T : IResource
            => builder.AddResource(resource);

        public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
            where T : IResource
            => builder.CreateResourceBuilder(resource);

        public DistributedApplication Build() => builder.BuildForTest();

        public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => Task.FromResult(Build());

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
