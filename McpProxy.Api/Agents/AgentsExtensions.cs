using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Agents;

internal static class AgentsExtensions
{
    public static void AddAgents(this IHostApplicationBuilder builder)
    {
        builder.AddSettings<AgentOptions>();
        builder.Services.AddSingleton<ServerTypes>();
        builder.Services.AddSingleton<AgentPins>();
        builder.Services.AddSingleton<AgentCatalog>();
        builder.Services.AddSingleton<AgentResolver>();
        builder.Services.AddSingleton<ServerStatusLog>();
        builder.Services.AddHostedService<StartupCheck>();
        builder.Services.AddSingleton<AgentInvoker>();
        builder.Services.AddSingleton<CallLimiter>();
        builder.Services.AddSingleton<CallLog>();
    }

    /// <summary>Checks the types that <c>AGENT_SERVERS</c> declares: now all dialects are known.</summary>
    /// <exception cref="SettingsException">There is no such type.</exception>
    public static void EnsureServerTypes(this IHost app)
    {
        var types = app.Services.GetRequiredService<ServerTypes>();
        foreach (var (type, where) in app.Services.GetRequiredService<ConnectionOptions>().DeclaredTypes)
        {
            if (types.Problem(type) is { } problem)
            {
                throw new SettingsException($"AGENT_SERVERS holds an entry whose type can't be used: {problem} It is {where}.");
            }
        }
    }
}
