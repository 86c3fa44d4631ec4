#pragma warning disable IDE0130 // The namespace is the real package's.
namespace Aspire.StackExchange.Redis;

/// <summary>How to reach Redis.</summary>
public sealed class StackExchangeRedisSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }
}
