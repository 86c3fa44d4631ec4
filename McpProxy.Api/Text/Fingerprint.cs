using System.Security.Cryptography;
using System.Text;

namespace McpProxy.Api.Text;

/// <summary>A short name for a text of any length and with anything in it, from which nobody gets the text.</summary>
internal static class Fingerprint
{
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
