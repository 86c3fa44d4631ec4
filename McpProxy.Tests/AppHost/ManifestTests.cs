namespace McpProxy.Tests.AppHost;

/// <summary>What azd gets to deploy, and the template with which it deploys the proxy.</summary>
public sealed class ManifestTests
{
    /// <summary>The name of a snapshot, and the settings it is made with.</summary>
    public static TheoryData<string, string[]> Deployments { get; } = new()
    {
        { "local", [] },
        { "redis", ["AZURE_BACKEND=redis"] },
        { "redis-existing", ["AZURE_BACKEND=redis", "AZURE_REDIS=cache.example:6379"] },
        { "upstash", ["AZURE_BACKEND=upstash"] },
    };

    [Theory]
    [MemberData(nameof(Deployments))]
    public async Task Each_backend_has_its_manifest(string name, string[] settings)
    {
        var (manifest, path) = await PublishAsync(name, settings);
        var expected = await File.ReadAllTextAsync(SourceTree.PathTo($"McpProxy.Tests/AppHost/manifests/{name}.json"), TestContext.Current.CancellationToken);

        Assert.True(expected.TrimEnd() == manifest.TrimEnd(), $"The manifest changed. If that is meant to be, keep the new one: {path}");
    }

    [Theory]
    [MemberData(nameof(Deployments))]
    public async Task The_template_gives_the_proxy_what_the_manifest_does_and_nothing_else(string name, string[] settings)
    {
        var manifest = await Manifest.ReadAsync(name);
        var template = ContainerAppTemplate.Render(settings);

        Assert.Equal(manifest.EnvironmentOf("proxy"), template.Environment);
        Assert.Equal(template.SecretReferences.Order(), template.Secrets.Keys.Order());
        Assert.All(manifest.SecretsOf("proxy"), secret => Assert.Contains(secret, template.SecretVariables));
        Assert.Equal(manifest.IsExternal("proxy"), template.Contains("external: true"));
        Assert.True(template.Contains("targetPort: {{ targetPortOrDefault 0 }}"));
    }

    [Theory]
    [MemberData(nameof(Deployments))]
    public void Only_backends_that_replicas_share_are_scaled_and_all_are_probed(string name, string[] settings)
    {
        var template = ContainerAppTemplate.Render(settings);
        var (least, most) = name is "local" ? (1, 1) : (2, 10);

        Assert.True(template.Contains($"minReplicas: {least}"));
        Assert.True(template.Contains($"maxReplicas: {most}"));
        Assert.True(template.Contains("path: /alive"));
        Assert.True(template.Contains("path: /health"));
    }

    [Theory]
    [InlineData("AZURE_BACKEND=floppy", "AZURE_BACKEND must be local, redis or upstash. It is 'floppy'.")]
    [InlineData("Parameters__backend=redis", "A deployment takes its backend from AZURE_BACKEND. Set AZURE_BACKEND=redis in place of Parameters:backend.")]
    public async Task A_backend_that_azd_could_not_know_is_refused(string setting, string sentence)
    {
        var (exitCode, _, error) = await AppHostProcess.RunAsync(["--publisher", "manifest", "--output-path", "unused.json"], setting);

        Assert.Equal((1, sentence), (exitCode, error.Trim()));
    }

    private static async Task<(string Manifest, string Path)> PublishAsync(string name, string[] settings)
    {
        // Two folders deep, as when the snapshots were made: a manifest names projects by their path relative to itself.
        var path = SourceTree.PathTo($"artifacts/manifests/{name}.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var (exitCode, output, error) = await AppHostProcess.RunAsync(["--publisher", "manifest", "--output-path", path], settings);
        Assert.True(exitCode is 0, output + error);

        return (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), path);
    }
}
