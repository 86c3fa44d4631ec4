namespace McpProxy.Api.Limits;

internal static class MemoryExtensions
{
    /// <summary>Each request has a lease for the answers that go to its client. It ends with the request: over HTTP, when the client has taken them.</summary>
    public static void AddMemoryBudgets(this IHostApplicationBuilder builder)
    {
        builder.AddSettings<MemoryOptions>();
        builder.Services.AddSingleton<MemoryBudgets>();
        builder.Services.AddScoped(services => services.GetRequiredService<MemoryBudgets>().Answers.Open());
    }
}
