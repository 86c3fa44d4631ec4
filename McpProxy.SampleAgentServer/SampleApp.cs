using McpProxy.SampleAgentServer.A2A;
using McpProxy.SampleAgentServer.LangGraph;
using McpProxy.SampleAgentServer.Mastra;
using McpProxy.SampleAgentServer.OpenAI;

namespace McpProxy.SampleAgentServer;

/// <summary>What the sample agent server consists of.</summary>
internal static class SampleApp
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<RelayAgent>();
        builder.Services.AddSingleton<SampleAgents>();
        builder.Services.AddSingleton(typeof(RecentThreads<>));
        builder.Services.AddSingleton<MastraRuns>();
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            builder.WebHost.UseUrls("http://127.0.0.1:4111");
        }

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapLandingPage();
        app.MapMastra();
        app.MapLangGraph();
        app.MapA2A();
        app.MapOpenAI();

        return app;
    }
}
