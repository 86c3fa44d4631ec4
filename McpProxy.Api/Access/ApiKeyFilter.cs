using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace McpProxy.Api.Access;

/// <summary>Lets in those who show one of the keys in <c>MCP_API_KEYS</c>, if there are any. Health checks need none.</summary>
internal static class ApiKeyFilter
{
    private const string Sha256 = "sha256:";

    public static void UseApiKeyFilter(this WebApplication app, AccessOptions options)
    {
        var hashes = options.ApiKeyList.Select(key => ParseHash(key)!).ToArray();
        if (hashes.Length is 0)
        {
            return;
        }

        app.Use((context, next) => IsOpen(context.Request.Path) || IsKnown(KeyIn(context.Request), hashes) ? next(context) : RefuseAsync(context));
    }

    /// <returns>The hash of a configured key, or <see langword="null"/> if it begins with <c>sha256:</c> and no hash follows.</returns>
    public static byte[]? ParseHash(string key)
    {
        if (!key.StartsWith(Sha256, StringComparison.OrdinalIgnoreCase))
        {
            return SHA256.HashData(Encoding.UTF8.GetBytes(key));
        }

        var hash = new byte[SHA256.HashSizeInBytes];

        return Convert.FromHexString(key.AsSpan(Sha256.Length), hash, out _, out var written) is OperationStatus.Done && written == hash.Length ? hash : null;
    }

    private static bool IsOpen(PathString path) => path == "/health" || path == "/alive";

    private static string? KeyIn(HttpRequest request)
        => request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header["Bearer ".Length..].Trim()
            : request.Headers["x-api-key"].ToString() is { Length: > 0 } key ? key : null;

    /// <summary>Compares every key even after one matched, so that the time it takes reveals nothing.</summary>
    private static bool IsKnown(string? key, byte[][] hashes)
    {
        var shown = SHA256.HashData(Encoding.UTF8.GetBytes(key ?? ""));

        return hashes.Aggregate(false, (known, hash) => CryptographicOperations.FixedTimeEquals(hash, shown) | known) && key is not null;
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";

        return context.RefuseAsync(StatusCodes.Status401Unauthorized, "This proxy asks for a key: send it as Authorization: Bearer, or as x-api-key.");
    }
}
