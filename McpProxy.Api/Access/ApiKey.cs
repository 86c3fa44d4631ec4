using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace McpProxy.Api.Access;

/// <summary>A key of the configuration, as its hash, and whom it lets in.</summary>
internal sealed record ApiKey(byte[] Hash, Caller Caller)
{
    private const string Sha256 = "sha256:";

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

    /// <returns>The key that was shown. Every key is compared even after one matched, so that the time it takes reveals nothing.</returns>
    public static ApiKey? Find(IEnumerable<ApiKey> keys, string shown)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(shown));

        return keys.Aggregate(default(ApiKey), (found, key) => CryptographicOperations.FixedTimeEquals(key.Hash, hash) ? key : found);
    }
}
