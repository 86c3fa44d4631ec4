using McpProxy.Api.Agents;
using McpProxy.Api.Dialects.A2A;
using McpProxy.Api.Dialects.LangGraph;
using McpProxy.Api.Dialects.Mastra;
using McpProxy.Api.Dialects.OpenAI;

namespace McpProxy.Api.Dialects;

internal static class DialectsExtensions
{
    /// <summary>The settings of the dialects that have some.</summary>
    public static IReadOnlyList<OptionsClass> Options { get; } = [OptionsClass.Of<LangGraphOptions>()];

    /// <summary>A new type of agent server is registered here, and nowhere else.</summary>
    public static void AddDialects(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IAgentDialect, MastraDialect>();
        builder.AddLangGraph();
        builder.Services.AddSingleton<IAgentDialect, A2ADialect>();
        builder.Services.AddSingleton<IAgentDialect, OpenAIDialect>();
    }
}
