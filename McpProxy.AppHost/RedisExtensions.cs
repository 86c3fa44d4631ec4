using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.AppHost;

internal static class RedisExtensions
{
    private static readonly TimeSpan _runtimeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The Redis that a connection string names; else one in a container; else, where no container runtime answers, Garnet from NuGet. Each keeps
    /// what it stores over a restart. What is published is always one of the first two.
    /// </summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddRedisOrGarnet(this IDistributedApplicationBuilder builder, string name)
    {
        if (DeploymentChoices.HasRedis(builder))
        {
            return builder.AddConnectionString(name);
        }

        if (builder.ExecutionContext.IsRunMode && !ContainerRuntimeAnswers(builder))
        {
            return builder.AddGarnet(name);
        }

        // On a developer's machine the container is often killed rather than stopped, and soon after a change.
        var interval = TimeSpan.FromSeconds(builder.ExecutionContext.IsRunMode ? 1 : 30);

        return builder.AddRedis(name).WithDataVolume().WithPersistence(interval, keysChangedThreshold: 1);
    }

    private static IResourceBuilder<GarnetResource> AddGarnet(this IDistributedApplicationBuilder builder, string name)
    {
        var garnet = new GarnetResource(name);
        var health = $"{name}_check";
        builder.Services.AddHealthChecks().AddRedis(_ => $"{garnet.Endpoint.Host}:{garnet.Endpoint.Port}", health);

#pragma warning disable ASPIREDOTNETTOOL // Experimental. Without it the tool would have to be installed, found and started by hand.
        var resource = builder.AddDotnetTool(garnet).WithToolVersion(GarnetResource.Version);
#pragma warning restore ASPIREDOTNETTOOL

        // Data is kept where a volume of the same name would be this AppHost's own.
        var data = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "mcp-agent-proxy",
            VolumeNameGenerator.Generate(resource, "data"));

        return resource
            .WithEndpoint(name: GarnetResource.EndpointName, scheme: "redis")
            .WithArgs("--bind", "127.0.0.1", "--port", garnet.Endpoint.Property(EndpointProperty.TargetPort))
            .WithArgs("--lua", "--lua-transaction-mode")
            .WithArgs("--aof", "--recover", "--checkpointdir", data)
            .WithArgs("--device-type", "RandomAccess") // The default asks Linux for a library that few machines have.
            .WithHealthCheck(health)
            .ExcludeFromManifest();
    }

    /// <returns>Whether the runtime that Aspire would use can run containers now.</returns>
    private static bool ContainerRuntimeAnswers(IDistributedApplicationBuilder builder)
    {
        string[] runtimes = builder.Configuration["ASPIRE_CONTAINER_RUNTIME"] is { Length: > 0 } chosen ? [chosen] : ["docker", "podman"];

        return runtimes.Any(Answers);
    }

    private static bool Answers(string runtime)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(runtime, ["container", "ls", "--last", "1"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            if (process.WaitForExit(_runtimeTimeout))
            {
                return process.ExitCode == 0;
            }

            process.Kill();
        }
        catch (Win32Exception)
        {
            // It is not installed.
        }

        return false;
    }
}
