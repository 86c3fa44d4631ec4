using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace McpProxy.Api.Redis;

/// <summary>Where the connection backends <c>redis</c> and <c>upstash</c> remember connections.</summary>
internal sealed class RedisOptions
{
    [ConfigurationKeyName("ConnectionStrings__redis")]
    [Description(
        "How the backend redis reaches Redis: a StackExchange.Redis connection string such as host:6379,password=...,ssl=true, or a URL such as "
        + "rediss://user:password@host:6379.")]
    public string? ConnectionString { get; set; }

    [ConfigurationKeyName("UPSTASH_REDIS_REST_URL")]
    [Description("The REST URL of the Upstash database, for the backend upstash.")]
    public string? UpstashUrl { get; set; }

    [ConfigurationKeyName("UPSTASH_REDIS_REST_TOKEN")]
    [Description("The token for that URL. It must allow writing.")]
    public string? UpstashToken { get; set; }

    [ConfigurationKeyName("KV_REST_API_URL")]
    [Description("The same as UPSTASH_REDIS_REST_URL, when that is not set.")]
    public string? KvUrl { get; set; }

    [ConfigurationKeyName("KV_REST_API_TOKEN")]
    [Description("The same as UPSTASH_REDIS_REST_TOKEN, when that is not set.")]
    public string? KvToken { get; set; }

    [ConfigurationKeyName("MCP_REDIS_KEY_PREFIX")]
    [Shown]
    [Description(
        "What the names of all keys in Redis begin with. Proxies with the same prefix share their connections. Redis Cluster needs a hash tag in it, "
        + "such as {mcp-proxy}:servers:.")]
    [StringLength(200)]
    public string KeyPrefix { get; set; } = "mcp-proxy:servers:";
}
