using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.Tests.AppHost;

/// <summary>What the AppHost describes for each backend.</summary>
public sealed class AppHostModelTests
{
    [Theory]
    [InlineData("", "agents proxy", 1)]
    [InlineData("Parameters:backend=local", "agents proxy", 1)]
    [InlineData("Parameters:backend=redis", "agents proxy redis", 2)]
    [InlineData("Parameters:backend=redis ConnectionStrings:redis=cache.example:6379", "agents proxy redis", 2)]
    [InlineData("Parameters:backend=upstash", "agents proxy", 2)]
    public async Task The_backend_decides_what_runs_and_how_often(string settings, string resources, int replicas)
    {
        await using var app = await BuildAsync(settings);
        var model = app.Services.GetRequiredService<DistributedApplicationModel>();
        var proxy = model.Resources.OfType<ProjectResource>().Single(resource => resource.Name is "proxy");

        Assert.Equal(resources, Names(model.Resources.Where(resource => resource is ProjectResource or IResourceWithConnectionString)));
        Assert.Equal(replicas, proxy.GetReplicaCount());
        Assert.Equal(
            resources.Replace(" proxy", "", StringComparison.Ordinal), Names(proxy.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource)));
    }

    [Fact]
    public async Task Another_backend_is_refused_with_those_that_there_are()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => BuildAsync("Parameters:backend=floppy"));

        Assert.Equal("Parameters:backend must be local, redis or upstash. It is 'floppy'.", exception.GetBaseException().Message);
    }

    private static string Names(IEnumerable<IResource> resources) => string.Join(' ', resources.Select(resource => resource.Name).Distinct().Order());

    private static async Task<DistributedApplication> BuildAsync(string settings)
    {
        var arguments = settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => $"--{setting}").ToArray();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.McpProxy_AppHost>(arguments, TestContext.Current.CancellationToken);

        return await builder.BuildAsync(TestContext.Current.CancellationToken);
    }
}
