namespace McpProxy.Api.Outbound;

internal static class OutboundExtensions
{
    public static void AddOutbound(this IHostApplicationBuilder builder)
    {
        builder.AddSettings<OutboundOptions>();
        builder.Services.AddSingleton<AgentCredentials>();
        builder.Services.AddSingleton<CircuitBreakers>();
        builder.Services.AddOutboundClients();
        builder.Services.AddSingleton<AgentHttpClient>();
    }
}
