using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>Starts every resource as soon as those it waits for are healthy, and stops them all.</summary>
internal sealed class Orchestrator(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    IConfiguration configuration,
    ConsoleLines console,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentBag<LeashedProcess> _processes = [];
    private readonly IProcessResource[] _resources = [.. model.Resources.OfType<IProcessResource>()];

    public static string NameOf(IResource resource, int replica) => resource.GetReplicaCount() > 1 ? $"{resource.Name}-{replica + 1}" : resource.Name;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));
        _processes.Clear();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            AllocatePorts();
            await foreach (var started in Task.WhenEach(_resources.Select(resource => StartAsync(resource, stoppingToken))).WithCancellation(stoppingToken))
            {
                await started;
            }

            console.WriteUrls(_resources);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            console.Write("AppHost", exception.Message);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
        catch (OperationCanceledException)
        {
            // Stopped before everything had started.
        }
    }

    private void AllocatePorts()
    {
        // The setting that Aspire's testing builder uses too.
        var atRandom = configuration.GetValue<bool>("DcpPublisher:RandomizePorts");
        foreach (var resource in _resources)
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                endpoint.Allocate(resource.GetReplicaCount(), atRandom);
            }
        }
    }

    private async Task StartAsync(IProcessResource resource, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var needed in resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource).OfType<IProcessResource>())
            {
                await notifications.WaitForResourceHealthyAsync(needed.Name, cancellationToken);
            }

            var configured = await ExecutionConfigurationBuilder.Create(resource)
                .WithEnvironmentVariablesConfig()
                .BuildAsync(new(DistributedApplicationOperation.Run), cancellationToken: cancellationToken);
            var environment = configured.EnvironmentVariables.ToList();
            await Task.WhenAll(Enumerable.Range(0, resource.GetReplicaCount()).Select(replica => StartAsync(resource, replica, environment, cancellationToken)));
            notifications.SetHealthy(resource);
        }
        catch (Exception exception)
        {
            notifications.SetFailed(resource, exception);
            throw;
        }
    }

    private async Task StartAsync(IProcessResource resource, int replica, IEnumerable<KeyValuePair<string, string>> configured, CancellationToken cancellationToken)
    {
        var name = NameOf(resource, replica);
        var environment = resource.GetEnvironment(replica).Select(variable => KeyValuePair.Create(variable.Name, variable.Value)).Concat(configured);
        var process = LeashedProcess.Start(resource.PrepareCommand(), resource.Folder, environment, line => console.Write(name, line));
        _processes.Add(process);

        while (!await resource.IsHealthyAsync(replica, cancellationToken))
        {
            if (process.ExitCode is { } code)
            {
                throw new DistributedApplicationException($"{name} ended with exit code {code} before it was healthy.");
            }

            await Task.Delay(BetweenChecks, cancellationToken);
        }

        _ = WatchAsync(process, name, cancellationToken);
    }

    private async Task WatchAsync(LeashedProcess process, string name, CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        console.Write(name, $"ended with exit code {process.ExitCode}.");
    }
}
