using McpProxy.Api.Agents;

namespace McpProxy.Api.Dialects.Mastra;

internal static class MastraExtensions
{
    public static void AddMastra(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<IAgentDialect, MastraDialect>();
}
