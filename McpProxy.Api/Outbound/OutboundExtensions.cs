using McpProxy.Api.Configuration;
using McpProxy.Api.Connections;

namespace McpProxy.Api.Outbound;

internal static class OutboundExtensions
{
    public static void AddOutbound(this IHostApplicationBuilder builder)
    {
        builder.AddSettings<OutboundOptions>();
        builder.Services.AddSingleton<AgentCredentials>();
        builder.Services.AddSingleton<RetryPolicies>();
        builder.Services.AddSingleton<CircuitBreakers>();
        builder.Services.AddSingleton<ReadPipeline>();
        builder.Services.AddSingleton(services => new GuardedConnector(services.GetRequiredService<ServerUrlPolicy>()));
        builder.Services.AddSingleton(services => new HttpClient(services.GetRequiredService<GuardedConnector>().CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan });
        builder.Services.AddSingleton<AgentHttpClient>();
    }
}
