using System.ComponentModel;
using System.Reflection;
using McpProxy.Api;
using McpProxy.Api.AgentServers;
using McpProxy.Api.Connections;
using McpProxy.Api.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Server;

namespace McpProxy.Tests;

/// <summary>The house rules that a compiler can't check.</summary>
public sealed class ConventionTests
{
    private const string Root = "McpProxy.Api";

    private static readonly Type[] ApiTypes =
        [.. typeof(ProxyApp).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith(Root, StringComparison.Ordinal) is true && !type.IsNested)];

    public static TheoryData<Type> Options => [.. ApiTypes.Where(type => SettingsExtensions.Named(type).Any())];

    [Fact]
    public void Every_tool_is_one_class_with_one_described_cancellable_method()
    {
        var tools = ApiTypes.Where(type => type.IsDefined(typeof(McpServerToolTypeAttribute))).ToList();

        Assert.NotEmpty(tools);
        Assert.All(tools, tool =>
        {
            var method = Assert.Single(tool.GetMethods(), method => method.IsDefined(typeof(McpServerToolAttribute)));

            Assert.EndsWith("Tool", tool.Name, StringComparison.Ordinal);
            Assert.Equal($"{Root}.Tools", tool.Namespace);
            Assert.NotNull(method.GetCustomAttribute<DescriptionAttribute>());
            Assert.Equal(typeof(CancellationToken), method.GetParameters()[^1].ParameterType);
            Assert.All(method.GetParameters()[..^1].Where(parameter => !parameter.ParameterType.Name.StartsWith("RequestContext", StringComparison.Ordinal)), parameter => Assert.NotNull(parameter.GetCustomAttribute<DescriptionAttribute>()));
        });
    }

    [Fact]
    public async Task Every_agent_server_client_has_a_folder_of_its_own_and_is_registered()
    {
        await using var app = ProxyApp.Build([]);
        var registered = app.Services.GetServices<IAgentServerClient>().Select(client => client.GetType()).ToHashSet();
        var written = ApiTypes.Where(type => type.IsClass && type.IsAssignableTo(typeof(IAgentServerClient))).ToHashSet();

        Assert.Equal(written, registered);
        Assert.All(written, client => Assert.Equal($"{Root}.AgentServers.{client.Name[..^"Client".Length]}", client.Namespace));
    }

    [Fact]
    public async Task Every_connection_backend_is_registered_under_its_name()
    {
        var registered = new HashSet<Type>();
        foreach (var name in ConnectionsExtensions.Backends.Keys)
        {
            await using var app = ProxyApp.Build(
                [$"--MCP_CONNECTION_BACKEND={name}", "--ConnectionStrings:redis=127.0.0.1:1", "--UPSTASH_REDIS_REST_URL=http://127.0.0.1:1", "--UPSTASH_REDIS_REST_TOKEN=token"]);
            var backend = app.Services.GetRequiredService<IConnectionBackend>();
            registered.Add(backend.GetType());

            Assert.Equal(name, backend.Name);
        }

        Assert.Equal(ApiTypes.Where(type => type.IsClass && type.IsAssignableTo(typeof(IConnectionBackend))).ToHashSet(), registered);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_setting_is_described_and_named_as_settings_are(Type options)
        => Assert.All(SettingsExtensions.Named(options), setting =>
        {
            Assert.NotEmpty(Assert.IsType<DescriptionAttribute>(setting.Property.GetCustomAttribute<DescriptionAttribute>()).Description);
            Assert.Matches("^([A-Z][A-Z0-9_]+|ConnectionStrings__[a-z]+)$", setting.Name);
        });

    [Fact]
    public void Every_settings_property_bears_its_name()
        => Assert.DoesNotContain(
            ApiTypes.Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal)).SelectMany(type => type.GetProperties()),
            property => property.CanWrite && property.SetMethod!.IsPublic && property.GetCustomAttribute<ConfigurationKeyNameAttribute>() is null);

    [Theory]
    [InlineData("Connections", "AgentServers|Runs|Tools")]
    [InlineData("AgentServers", "Runs|Tools")]
    [InlineData("Runs", "Tools")]
    [InlineData("AgentServers/Mastra", "Tools|AgentServers.LangGraph")]
    [InlineData("AgentServers/LangGraph", "Tools|AgentServers.Mastra")]
    public void A_room_depends_on_those_below_it_only(string room, string forbidden)
    {
        var files = Directory.GetFiles(SourceTree.PathTo($"{Root}/{room}"), "*.cs", SearchOption.TopDirectoryOnly);

        Assert.NotEmpty(files);
        Assert.All(
            files.Where(file => !file.EndsWith("ServersExtensions.cs", StringComparison.Ordinal)),
            file => Assert.DoesNotMatch($@"(?m)^using {Root}\.({forbidden.Replace(".", "\\.", StringComparison.Ordinal)});", File.ReadAllText(file)));
    }

    [Fact]
    public void Every_class_is_sealed_or_static_unless_others_derive_from_it()
        => Assert.DoesNotContain(
            ApiTypes, type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !ApiTypes.Any(other => other.BaseType == type));
}
