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
}
