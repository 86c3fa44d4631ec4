using McpProxy.Api.Agents;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.LangGraph;

internal static class LangGraphExtensions
{
    public static void AddLangGraph(this IHostApplicationBuilder builder)
    {
        var options = builder.AddSettings<LangGraphOptions>();
        builder.Services.AddSingleton<IAgentDialect, LangGraphDialect>();
        if (options.Key is { } key)
        {
            builder.Services.AddSingleton(new TypeCredentials(LangGraphDialect.Type, "x-api-key", key));
        }
    }
}
