using System.Text.Json.Serialization;

namespace McpProxy.Api.Outbound;

/// <summary>What a token endpoint answers: a token, or why there is none (RFC 6749, 5).</summary>
internal sealed class TokenAnswer
{
    private const int MaxLength = 16 * 1024;

    private static readonly TimeSpan _unknownLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _longestLifetime = TimeSpan.FromDays(1);

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("token_type")]
    public string? TokenType { get; init; }

    [JsonPropertyName("expires_in")]
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public double? ExpiresIn { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("error_description")]
    public string? Description { get; init; }

    /// <returns>The token, or <see langword="null"/> if there is none, or none that can be sent as a bearer token.</returns>
    public AccessToken? ToToken() => AccessToken is { Length: > 0 and <= MaxLength } token
        && SettingsExtensions.CredentialProblem(token) is null
        && (TokenType is null || TokenType.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            ? new(token, Lifetime)
            : null;

    private TimeSpan Lifetime => ExpiresIn is { } seconds
        ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, _longestLifetime.TotalSeconds))
        : _unknownLifetime;
}
