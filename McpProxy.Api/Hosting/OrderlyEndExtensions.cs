using McpProxy.Api.Access;

namespace McpProxy.Api.Hosting;

internal static class OrderlyEndExtensions
{
    public static void AddOrderlyEnd(this IHostApplicationBuilder builder, ClientOptions options)
    {
        builder.Services.AddSingleton<OrderlyEnd>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OrderlyEnd>());
        builder.Services.AddHealthChecks().AddCheck<OrderlyEnd>("stopping");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTime + OrderlyEnd.Grace);
    }

    /// <summary>Answers calls that are cut off at the end. Over stdio, the end is the client's own.</summary>
    public static IMcpServerBuilder WithOrderlyEnd(this IMcpServerBuilder builder)
        => builder.WithRequestFilters(filters => filters.AddCallToolFilter(next => (request, cancellationToken)
            => request.Services!.GetService<OrderlyEnd>() is { } end
                ? end.UntilCutAsync(token => next(request, token), cancellationToken)
                : next(request, cancellationToken)));
}
