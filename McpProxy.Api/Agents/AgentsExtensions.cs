using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Configuration;

namespace McpProxy.Api.Agents;

internal static class AgentsExtensions
{
    public static void AddAgents(this IHostApplicationBuilder builder)
    {
        builder.AddSettings<AgentOptions>();
        builder.Services.AddSingleton<AgentCatalog>();
        builder.Services.AddSingleton<AgentResolver>();
        builder.Services.AddSingleton<ServerStatusLog>();
        builder.Services.AddHostedService<StartupCheck>();
        builder.Services.AddSingleton<AgentInvoker>();
        builder.Services.AddSingleton<CallLimiter>();
        builder.Services.AddSingleton<CallLog>();
    }
}
