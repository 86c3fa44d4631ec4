using DotNetEnv.Configuration;
using McpProxy.Api.Access;
using McpProxy.Api.Agents;
using McpProxy.Api.Configuration;
using McpProxy.Api.Connections;
using McpProxy.Api.Dialects;
using McpProxy.Api.Hosting;
using McpProxy.Api.Limits;
using McpProxy.Api.Mcp;
using McpProxy.Api.Mcp.Tools;
using McpProxy.Api.Operator;
using McpProxy.Api.Outbound;
using McpProxy.Api.Runs;
using McpProxy.Api.Telemetry;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using ModelContextProtocol.AspNetCore;

namespace McpProxy.Api;

/// <summary>What the proxy consists of: the table of contents.</summary>
internal static partial class ProxyApp
{
    private const string Instructions =
        "Finds and calls agents on other servers. Call listAgents to see which there are, then callAgent with an agent's fullyQualifiedId.";

    /// <param name="args">The command line.</param>
    /// <param name="configure">Adds to the services, or replaces some: tests have a clock and tools of their own.</param>
    /// <exception cref="SettingsException">A setting is wrong. The message names it.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = CommandLine.ToSettings(args), ContentRootPath = AppContext.BaseDirectory });
        AddDotEnvFile(builder.Configuration);
        LogLevels.Check(builder.Configuration);
        builder.AddServiceDefaults();

        builder.AddProxyTelemetry();

        var options = builder.AddSettings<ProxyOptions>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddMemoryBudgets();
        var mcp = builder.AddMcp(options);
        configure?.Invoke(builder.Services);

        var app = options.Transport is ProxyTransport.Stdio ? builder.BuildStdio(mcp) : builder.BuildHttp(mcp, options);
        foreach (var warning in Misspellings.In(app.Configuration))
        {
            LogMisspelling(app.Logger, warning);
        }

        return app;
    }

    private static WebApplication BuildStdio(this WebApplicationBuilder builder, IMcpServerBuilder mcp)
    {
        mcp.WithStdioServerTransport();
        builder.UseStdio();
        builder.AddConnectionBackend(listensOnLoopback: true);
        builder.AddRooms();

        return builder.Build();
    }

    private static WebApplication BuildHttp(this WebApplicationBuilder builder, IMcpServerBuilder mcp, ProxyOptions options)
    {
        builder.AddOrderlyEnd(builder.AddRequestLimits());
        mcp.WithHttpTransport(http => http.SessionMode = options.Sessions ? HttpServerSessionMode.StatefulForInitializeClients : HttpServerSessionMode.Stateless);
        builder.AddConnectionBackend(builder.UseListenUrls(options));
        builder.AddRooms();
        builder.Services.AddCors();

        var app = builder.Build();
        app.UseHostFilter(options);
        app.UseOriginFilter(options);
        app.UseApiKeyFilter(options);
        app.UseKeepAlive();
        app.UseRequestLimits();
        app.UseCancelledCalls(options);
        app.MapMcp("/mcp");
        app.MapLandingPage();
        app.MapStatus(options);
        app.MapDefaultEndpoints();
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var url in app.Urls)
            {
                LogEndpoint(app.Logger, url);
            }
        });

        return app;
    }

    /// <summary>What lies between the front doors and the connection backend.</summary>
    private static void AddRooms(this WebApplicationBuilder builder)
    {
        builder.AddOutbound();
        builder.AddDialects();
        builder.AddAgents();
        builder.AddRuns();
    }

    private static IMcpServerBuilder AddMcp(this WebApplicationBuilder builder, ProxyOptions options)
        => builder.Services
            .AddHttpContextAccessor()
            .AddSingleton<HopCount>()
            .AddMcpServer(server =>
            {
                server.ServerInfo = new() { Name = ProxyInfo.Name, Title = "MCP Agent Proxy", Version = ProxyInfo.Version };
                server.ServerInstructions = Instructions;
            })
            .WithResultText(options.ResultText)
            .WithToolErrors()
            .WithReadableArguments()
            .WithPlainSchemas()
            .WithOrderlyEnd()
            .WithTools<ListAgentsTool>(ApiJson.Readable)
            .WithTools<DescribeAgentTool>(ApiJson.Readable)
            .WithTools<CallAgentTool>(ApiJson.Readable)
            .WithTools<GetAgentRunTool>(ApiJson.Readable)
            .WithTools<CancelAgentRunTool>(ApiJson.Readable)
            .WithTools<ConnectServerTool>(ApiJson.Readable)
            .WithTools<DisconnectServerTool>(ApiJson.Readable);

    /// <summary>Reads <c>.env</c> in the working directory. The environment itself wins over the file.</summary>
    private static void AddDotEnvFile(ConfigurationManager configuration)
    {
        var file = new ConfigurationBuilder().AddDotNetEnv(options: DotNetEnv.LoadOptions.NoEnvVars()).Sources[0];
        var sources = ((IConfigurationBuilder)configuration).Sources;

        sources.Insert(sources.IndexOf(sources.OfType<EnvironmentVariablesConfigurationSource>().Last()), file);
    }

    [LoggerMessage(LogLevel.Information, "MCP endpoint: {Url}/mcp")]
    private static partial void LogEndpoint(ILogger logger, string url);

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private static partial void LogMisspelling(ILogger logger, string warning);
}
