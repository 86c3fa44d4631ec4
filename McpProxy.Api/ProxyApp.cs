using DotNetEnv.Configuration;
using McpProxy.Api.Access;
using McpProxy.Api.Agents;
using McpProxy.Api.Connections;
using McpProxy.Api.Dialects;
using McpProxy.Api.Hosting;
using McpProxy.Api.Mcp;
using McpProxy.Api.Operator;
using McpProxy.Api.Outbound;
using McpProxy.Api.Redis;
using McpProxy.Api.Runs;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Logging.Console;
using ModelContextProtocol.AspNetCore;

namespace McpProxy.Api;

/// <summary>What the proxy consists of: the table of contents.</summary>
internal static partial class ProxyApp
{
    /// <summary>Every setting there is: a new options class is listed here.</summary>
    public static IReadOnlyList<OptionsClass> Options { get; } =
    [
        OptionsClass.Of<AccessOptions>(),
        OptionsClass.Of<OAuthOptions>(),
        OptionsClass.Of<AgentOptions>(),
        OptionsClass.Of<ConnectionOptions>(),
        OptionsClass.Of<ClientOptions>(),
        OptionsClass.Of<ListenOptions>(),
        OptionsClass.Of<MemoryOptions>(),
        OptionsClass.Of<McpOptions>(),
        OptionsClass.Of<OperatorOptions>(),
        OptionsClass.Of<OutboundOptions>(),
        OptionsClass.Of<RedisOptions>(),
        OptionsClass.Of<RunOptions>(),
        .. DialectsExtensions.Options,
    ];

    public static CommandLine CommandLine { get; } = new(Options);

    /// <param name="args">The command line.</param>
    /// <param name="configure">Adds to the services, or replaces some: tests have a clock and tools of their own.</param>
    /// <exception cref="SettingsException">A setting is wrong. The message names it.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = CommandLine.ToSettings(args), ContentRootPath = AppContext.BaseDirectory });
        AddDotEnvFile(builder.Configuration);
        LogLevels.Check(builder.Configuration);
        builder.ReadSettings(Options);
        builder.AddServiceDefaults();

        // The slim builder would log simple lines whatever this says.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.FormatterName = builder.Configuration["Logging:Console:FormatterName"]);

        builder.AddProxyTelemetry();

        var listen = builder.AddSettings<ListenOptions>();
        var options = builder.AddSettings<McpOptions>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Audit>();
        builder.AddMemoryBudgets();
        var mcp = builder.AddMcp(options);
        configure?.Invoke(builder.Services);

        var app = listen.Transport is ProxyTransport.Stdio ? builder.BuildStdio(mcp) : builder.BuildHttp(mcp, listen, options);
        app.EnsureServerTypes();
        app.SimplifyToolSchemas();
        foreach (var warning in Misspellings.In(app.Configuration, Options))
        {
            LogMisspelling(app.Logger, warning);
        }

        return app;
    }

    private static WebApplication BuildStdio(this WebApplicationBuilder builder, IMcpServerBuilder mcp)
    {
        mcp.WithStdioServerTransport().WithReadableArguments().WithAnsweredCalls();
        builder.AddOrderlyEnd(builder.AddSettings<ClientOptions>());
        builder.UseStdio();
        builder.Services.AddScoped(_ => Caller.Anyone);
        builder.AddConnectionBackend(listensOnLoopback: true);
        builder.AddRooms();

        return builder.Build();
    }

    private static WebApplication BuildHttp(this WebApplicationBuilder builder, IMcpServerBuilder mcp, ListenOptions listen, McpOptions options)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.AddOrderlyEnd(builder.AddClientLimits());
        mcp.WithHttpTransport(http => http.SessionMode = options.Sessions
            ? HttpServerSessionMode.StatefulForInitializeClients
            : HttpServerSessionMode.Stateless);
        var listensOnLoopback = builder.UseListenUrls(listen);
        builder.AddAccess(listensOnLoopback);
        builder.AddConnectionBackend(listensOnLoopback);
        var console = builder.AddConsole();
        builder.AddRooms();
        builder.Services.AddCors();

        var app = builder.Build();
        app.UseAccess(hasOwnPage: console.Console);
        app.UseKeepAlive(console.Console ? [ConsoleEvents.Path] : []);
        app.UseRequestReader();
        app.UseCancelledCalls(options);
        app.MapMcp(McpExtensions.Path).RequireAuthorization().RequireRateLimiting(CallerLimits.Name);
        if (console.Console)
        {
            app.MapConsolePage();
        }
        else
        {
            app.MapLandingPage();
        }

        app.MapFormerPaths(options);
        app.MapStatus();
        app.MapConsole(console);
        app.MapDefaultEndpoints(AccessExtensions.IsLetIn);
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

    /// <summary>Reads <c>.env</c> in the working directory, or another file. The environment itself wins over it.</summary>
    /// <exception cref="SettingsException">The file can't be read. The message holds nothing of it.</exception>
    public static void AddDotEnvFile(ConfigurationManager configuration, string? path = null)
    {
        var file = new ConfigurationBuilder().AddDotNetEnv(path, DotNetEnv.LoadOptions.NoEnvVars()).Sources[0];
        var sources = ((IConfigurationBuilder)configuration).Sources;
        try
        {
            sources.Insert(sources.IndexOf(sources.OfType<EnvironmentVariablesConfigurationSource>().Last()), file);
        }
        catch (Exception exception)
        {
            // The library that reads it fails in many ways, and may quote a secret.
            throw new SettingsException(
                $"The file .env can't be read{(exception is Sprache.ParseException { Position.Line: var line } ? $": see its line {line}" : "")}. "
                + "Write NAME=value on each line, and a value with spaces, quotes, # or $ in single quotes.");
        }
    }

    [LoggerMessage(LogLevel.Information, "MCP endpoint: {Url}/mcp")]
    private static partial void LogEndpoint(ILogger logger, string url);

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private static partial void LogMisspelling(ILogger logger, string warning);
}
