using System.Diagnostics;

namespace McpProxy.Api.Outbound;

/// <summary>The ways out: what each kind of request goes through, and one pool of guarded connections at the end of all.</summary>
internal static class OutboundExtensions
{
    /// <summary>May have consequences.</summary>
    public const string Calls = "calls";

    /// <summary>Has none, and is short.</summary>
    public const string Reads = "reads";

    /// <summary>Goes on with what a call began. No circuit keeps it from a server that comes back.</summary>
    public const string Follow = "follow";

    /// <summary>Ends what a call began, or cleans up after it: tried once, whatever happens.</summary>
    public const string Tell = "tell";

    /// <summary>Not to agent servers, but to the authorization servers that give tokens for them.</summary>
    public const string Tokens = "tokens";

    public static void AddOutbound(this IHostApplicationBuilder builder)
    {
        builder.AddSettings<OutboundOptions>();
        var services = builder.Services;
        services.AddSingleton<CircuitBreakers>();
        services.AddSingleton<GuardedConnector>();
        services.AddSingleton(provider => provider.GetRequiredService<GuardedConnector>().CreateHandler());
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<TokenCache>();
        services.AddTransient<HopsHandler>();
        services.AddTransient<CredentialsHandler>();
        services.AddTransient<CircuitHandler>();

        services.AddWayOut(Calls).AddHttpMessageHandler<CircuitHandler>().AddRetries(RetryHandler.ForCalls);
        services.AddWayOut(Reads).AddHttpMessageHandler<CircuitHandler>().AddRetries(RetryHandler.ForReads);
        services.AddWayOut(Follow).AddRetries(RetryHandler.ForCalls);
        services.AddWayOut(Tell);
        services.AddSingleton<AgentHttpClient>();
        services.AddTokens();
    }

    /// <summary>Time limits are those of the request, and nothing logs URLs, which may hold secrets.</summary>
    private static IHttpClientBuilder AddWayOut(this IServiceCollection services, string name)
        => services.AddHttpClient(name, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<SocketsHttpHandler>())
            .AddHttpMessageHandler<HopsHandler>()
            .AddHttpMessageHandler<CredentialsHandler>();

    /// <summary>Sees to it that a secret goes nowhere but where it was sent, and that an answer ends.</summary>
    private static void AddTokens(this IServiceCollection services)
        => services.AddHttpClient(Tokens, http => (http.Timeout, http.MaxResponseContentBufferSize) = (TokenEndpoint.TimeLimit, TokenEndpoint.MaxBytes))
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                MaxResponseHeadersLength = 32,
                ResponseDrainTimeout = TimeSpan.Zero,
                ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            });

    private static void AddRetries(this IHttpClientBuilder client, Func<OutboundOptions, RetryHandler> create)
        => client.AddHttpMessageHandler(provider => create(provider.GetRequiredService<OutboundOptions>()));
}
