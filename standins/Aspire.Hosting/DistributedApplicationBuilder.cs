using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Collects the resources and builds a host that runs them.</summary>
internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly ResourceCollection _resources = [];

    public DistributedApplicationBuilder(string[] args)
    {
        var test = Test.Value;
        var appHost = test?.AppHost ?? Assembly.GetEntryAssembly()!;
        var folder = appHost.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key is "apphostprojectpath")?.Value;
        _host = new(new HostApplicationBuilderSettings { Args = [.. args, .. test?.Args ?? []], ContentRootPath = folder });
        if (Configuration["publisher"] is not null || Configuration["operation"] is "publish")
        {
            throw new DistributedApplicationException(
                "This is the stand-in for Aspire, which only runs the system. Publish it where the package feed has Aspire: see docs/deploying.md.");
        }

        _host.Services.AddSingleton(new DistributedApplicationModel(_resources));
        _host.Services.AddSingleton<ResourceNotificationService>();
        _host.Services.AddSingleton(new ConsoleLines(test is null ? Console.Out : TextWriter.Null));
        _host.Services.AddHostedService<Orchestrator>();
    }

    /// <summary>Set while a test runs the AppHost: its arguments, and where to hand over the builder instead of building.</summary>
    public static AsyncLocal<TestRun?> Test { get; } = new();

    public ConfigurationManager Configuration => _host.Configuration;

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new(DistributedApplicationOperation.Run);

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        _resources.Add(resource);

        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource
        => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        Test.Value?.OnBuilding(this);

        return BuildForTest();
    }

    public DistributedApplication BuildForTest() => new(_host.Build());

    public sealed record TestRun(Assembly AppHost, string[] Args, Action<DistributedApplicationBuilder> OnBuilding);
}
