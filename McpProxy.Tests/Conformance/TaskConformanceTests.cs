using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.Tests.Conformance;

/// <summary>The tasks extension, which the conformance suite counts to no revision.</summary>
public sealed class TaskConformanceTests(TaskConformanceTests.Fixture fixture) : IClassFixture<TaskConformanceTests.Fixture>
{
    [Theory]
    [InlineData("tasks-lifecycle")]
    [InlineData("tasks-capability-negotiation")]
    [InlineData("tasks-wire-fields")]
    [InlineData("tasks-request-state-removal")]
    [InlineData("tasks-mrtr-input")]
    [InlineData("tasks-request-headers")]
    [InlineData("tasks-dispatch-and-envelope")]
    [InlineData("tasks-status-notifications")]
    [InlineData("tasks-required-task-error")]
    [InlineData("tasks-mrtr-composition")]
    public Task The_proxy_conforms(string scenario)
        => ConformanceSuite.Latest.CheckScenarioAsync(fixture.Proxy.Endpoint, "expected-failures.tasks.yml", scenario);

    public sealed class Fixture : IAsyncLifetime
    {
        private AskingAgentServer? _agents;

        public Proxy Proxy { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _agents = await AskingAgentServer.StartAsync();
            Proxy = await Proxy.StartAsync(services => services.AddMcpServer().WithTools([typeof(TaskTools)]), $"AGENT_SERVERS={_agents.Url}");
        }

        public async ValueTask DisposeAsync()
        {
            await Proxy.DisposeAsync();
            await _agents!.DisposeAsync();
        }
    }
}
