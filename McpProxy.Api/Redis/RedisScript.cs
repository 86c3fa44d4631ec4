using System.Globalization;

namespace McpProxy.Api.Redis;

/// <summary>
/// What is done in Redis: one script for each thing, because only a script sees and changes all keys at once, also where every command is
/// an HTTP request. Each returns a flat list of strings.
/// </summary>
internal sealed record RedisScript(string Name, string Text)
{
    /// <returns>A time as an argument.</returns>
    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
}
