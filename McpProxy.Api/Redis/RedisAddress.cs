using System.Globalization;
using StackExchange.Redis;

namespace McpProxy.Api.Redis;

/// <summary>Where Redis is, as StackExchange.Redis understands it. The password of a URL stands apart, since it may hold what separates options.</summary>
internal sealed record RedisAddress(string ConnectionString, string? Password)
{
    private const string DefaultUser = "default";

    private static readonly SettingsException _malformed = new(
        "ConnectionStrings__redis must be a StackExchange.Redis connection string such as host:6379,password=...,ssl=true, or a URL such as "
        + "rediss://user:password@host:6379."
        + " In a URL, write # / ? @ and other special characters of a password as %23 %2F %3F %40.");

    /// <param name="text">A connection string, or a URL as providers show it.</param>
    /// <exception cref="SettingsException">It is neither. The message holds nothing of it.</exception>
    public static RedisAddress Parse(string text)
    {
        var address = text.Contains("://", StringComparison.Ordinal) ? FromUrl(text) : new(text, null);
        try
        {
            return ConfigurationOptions.Parse(address.ConnectionString).EndPoints.Count > 0 ? address : throw _malformed;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // Its message may quote a password.
            throw _malformed;
        }
    }

    private static RedisAddress FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)
            || url is not { Scheme: "redis" or "rediss", Host.Length: > 0, Query: "", Fragment: "" }
            || !int.TryParse($"0{url.AbsolutePath.Trim('/')}", NumberStyles.None, CultureInfo.InvariantCulture, out var database))
        {
            throw _malformed;
        }

        var credentials = url.UserInfo.Split(':', 2);
        var user = Uri.UnescapeDataString(credentials[0]);
        string[] options =
        [
            $"{url.Host}:{(url.Port > 0 ? url.Port : 6379)}",
            .. url.Scheme is "rediss" ? ["ssl=true"] : Array.Empty<string>(),
            .. user is "" or DefaultUser ? Array.Empty<string>() : [$"user={user}"],
            .. database is 0 ? Array.Empty<string>() : [$"defaultDatabase={database}"],
        ];

        return new(string.Join(',', options), credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : null);
    }
}
