using McpProxy.Api.AgentServers.LangGraph;
using McpProxy.Api.AgentServers.Mastra;
using McpProxy.Api.Connections;
using McpProxy.Api.Settings;

namespace McpProxy.Api.AgentServers;

internal static class AgentServersExtensions
{
    public static void AddAgentServers(this IHostApplicationBuilder builder)
    {
        var options = builder.AddSettings<AgentServerOptions>();
        builder.AddTelemetry(options.TelemetryContent);

        builder.Services.AddSingleton<AgentServerCredentials>();
        builder.Services.AddSingleton<AgentServerRetries>();
        builder.Services.AddSingleton<AgentServerCircuits>();
        builder.Services.AddSingleton<AgentServerSlots>();
        builder.Services.AddSingleton<AgentServerReads>();
        builder.Services.AddSingleton(services => new AgentServerConnector(services.GetRequiredService<ServerUrlPolicy>()));
        builder.Services.AddSingleton(services => new HttpClient(services.GetRequiredService<AgentServerConnector>().CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan });
        builder.Services.AddSingleton<AgentServerHttp>();
        builder.Services.AddSingleton<AgentServerStates>();
        builder.Services.AddSingleton<AgentListings>();
        builder.Services.AddSingleton<AgentDirectory>();
        builder.Services.AddSingleton<CallLog>();
        builder.Services.AddSingleton<AgentCaller>();
        builder.Services.AddHostedService<StartupInquiry>();

        // A new type of agent server is registered here, and nowhere else. They are tried in this order to find out a server's type.
        builder.Services.AddSingleton<IAgentServerClient, MastraClient>();
        builder.Services.AddSingleton<IAgentServerClient, LangGraphClient>();
    }
}
