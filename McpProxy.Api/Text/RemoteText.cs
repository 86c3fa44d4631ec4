using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace McpProxy.Api.Text;

/// <summary>Text that an agent server chose is data: bounded, and without characters that hide something from a reader.</summary>
internal static partial class RemoteText
{
    private const int MaxErrorLength = 300;
    private const int MaxErrorRead = 4000;
    private const int MaxMemberNameLength = 200;
    private const int MaxMemberLength = 16_000;

    /// <param name="text">What the server sent.</param>
    /// <param name="maxLength">How long the result may be. An ellipsis stands for what is cut off.</param>
    /// <param name="keepLines">Whether the result may have several lines. If not, white space of any length becomes one space.</param>
    /// <returns>The text without control, zero-width, direction and tag characters; <see langword="null"/> if nothing is left.</returns>
    public static string? Clean(string? text, int maxLength, bool keepLines = false)
    {
        var cleaned = new StringBuilder();
        foreach (var rune in (text ?? "").ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (cleaned.Length > maxLength)
            {
                break;
            }

            if (!Rune.IsWhiteSpace(rune))
            {
                cleaned.Append(IsInvisible(rune) ? "" : rune.ToString());
            }
            else if (cleaned.Length > 0 && (keepLines || cleaned[^1] is not ' '))
            {
                cleaned.Append(keepLines && rune.Value is '\n' ? '\n' : ' ');
            }
        }

        return cleaned.ToString().TrimEnd() is { Length: > 0 } visible ? Shorten(visible, maxLength) : null;
    }

    /// <returns>The same without what is markup to some reader, or would end the quotation marks that it is put into.</returns>
    public static string? Plain(string? text, int maxLength)
        => Clean(text, maxLength) is { } cleaned ? string.Concat(cleaned.Select(character => character switch
        {
            '<' => '‹',
            '>' => '›',
            '[' or '{' => '(',
            ']' or '}' => ')',
            '"' or '`' => '\'',
            _ => character,
        })) : null;

    /// <returns>A remote error message on one line, without a stack trace or anything that looks like a credential.</returns>
    public static string? Error(string? text)
    {
        var message = StackTrace().Split(Clean(text, MaxErrorRead, keepLines: true) ?? "")[0];

        return Clean(CredentialShape().Replace(CredentialName().Replace(message, "$1***"), "***"), MaxErrorLength);
    }

    /// <returns>The same with every name and text in it cleaned. What can't be read, because a name repeats or a character is half, is left out.</returns>
    public static JsonObject CleanTree(JsonObject details) => CleanNode(details) as JsonObject ?? [];

    private static JsonNode? CleanNode(JsonNode? node)
    {
        try
        {
            return node switch
            {
                JsonObject members => new JsonObject(members.Select(CleanMember).DistinctBy(member => member.Key)),
                JsonArray items => new JsonArray([.. items.Select(CleanNode)]),
                JsonValue value when value.GetValueKind() is JsonValueKind.String => Clean(value.GetValue<string>(), MaxMemberLength, keepLines: true) ?? "",
                _ => node?.DeepClone(),
            };
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static KeyValuePair<string, JsonNode?> CleanMember(KeyValuePair<string, JsonNode?> member)
        => new(Clean(member.Key, MaxMemberNameLength) ?? "", CleanNode(member.Value));

    private static string Shorten(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        var end = maxLength - 1;

        return $"{text[..(char.IsLowSurrogate(text[end]) ? end - 1 : end)].TrimEnd()}…";
    }

    /// <summary>The categories name most of what shows nothing; the rest are fillers, variation selectors and the tag plane.</summary>
    private static bool IsInvisible(Rune rune)
        => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or 0x3164
                or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFFD) or (>= 0xE0000 and <= 0xE0FFF);

    [GeneratedRegex(@"(?:\n|\\n)\s*at\s|\s+at\s\S+\s\([^)\n]*:\d+:\d+\)|Traceback \(most recent call last\)")]
    private static partial Regex StackTrace();

    [GeneratedRegex(
        """
        ((?:api[ _-]?key(?:\ provided)?|(?:access|private|secret|account|master|signing|encryption)[_-]?key|_key|[?&](?:key|code)|\bsig|signature
            |secret|passw(?:or)?d|passphrase|passcode|(?<![a-z])pass|pwd|token|authorization|cookie|credentials?)
        [\\"']*\s*[:=]\s*)
        (?:(?:bearer|basic|digest|token)\s+)?(?:\\?"[^"]*"|'[^']*'|[^\s,;&]+)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CredentialName();

    [GeneratedRegex(
        """
        (?<=://)[^\s/]+(?=@)
        |(?<=\b(?i:bearer)\s+)[^\s,;"']+
        |\b(?:sk|pk|rk)[-_][\w-]{6,}
        |\b(?:lsv2|gh[opsur]|github_pat|glpat|xox[abeprs])[-_][\w-]{6,}
        |\b(?:hf|npm|gsk|r8|fw|jina|pcsk|dop_v1|shp(?:at|ca|pa|ss)|dckr_pat|rubygems|figd|lin_api|ntn|sb[ps]|sb_secret|glsa|glc|sntry[su]|whsec|nfp|ph[cx])
            _[\w-]{16,}
        |\b(?:xapp|xai|nvapi|pplx|tvly|csk|pypi|PMAK|NRAK|gl(?:dt|rt|soat|cbt|ptt|ft|agent))-[\w-]{16,}
        |\b(?:SG|hv[sb]|ya29)\.[\w.-]{10,}
        |\b(?:AC|SK|key-)[0-9a-f]{32}\b
        |\bATATT[\w=-]{20,}
        |\b(?:AKIA|ASIA)[A-Z0-9]{12,}
        |\bAIza[\w-]{20,}
        |\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?
        |-----BEGIN\ [A-Z\ ]*PRIVATE\ KEY-----.*
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline)]
    private static partial Regex CredentialShape();
}
