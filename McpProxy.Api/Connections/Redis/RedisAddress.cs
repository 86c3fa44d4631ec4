using McpProxy.Api.Settings;
using StackExchange.Redis;

namespace McpProxy.Api.Connections.Redis;

/// <summary>Where Redis is, as StackExchange.Redis understands it. The password of a URL stands apart, since it may hold what separates options.</summary>
internal sealed record RedisAddress(string ConnectionString, string? Password)
{
    private const string DefaultUser = "default";

    /// <param name="text">A connection string, or a URL as providers show it.</param>
    /// <exception cref="SettingsException">It is neither. The message holds nothing of it.</exception>
    public static RedisAddress Parse(string text)
    {
        var address = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "redis" or "rediss" ? FromUrl(url!) : new(text, null);
        try
        {
            return ConfigurationOptions.Parse(address.ConnectionString).EndPoints.Count > 0 ? address : throw new ArgumentException("It names no host.");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new SettingsException(
                "ConnectionStrings__redis must be a StackExchange.Redis connection string such as host:6379,password=...,ssl=true, or a URL such as rediss://user:password@host:6379.", exception);
        }
    }

    private static RedisAddress FromUrl(Uri url)
    {
        var credentials = url.UserInfo.Split(':', 2);
        var user = Uri.UnescapeDataString(credentials[0]);
        var database = url.AbsolutePath.Trim('/');
        string[] options =
        [
            $"{url.Host}:{(url.Port > 0 ? url.Port : 6379)}",
            .. url.Scheme is "rediss" ? ["ssl=true"] : Array.Empty<string>(),
            .. user is "" or DefaultUser ? Array.Empty<string>() : [$"user={user}"],
            .. database is "" ? Array.Empty<string>() : [$"defaultDatabase={database}"],
        ];

        return new(string.Join(',', options), credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null);
    }
}
