namespace McpProxy.SampleAgentServer;

/// <summary>What an answer cost: one token is one word here.</summary>
internal sealed record Usage(int InputTokens, int OutputTokens)
{
    public int TotalTokens => InputTokens + OutputTokens;

    public static Usage Of(IEnumerable<AgentMessage> input, string output)
        => new(input.Sum(message => CountWords(message.Content)), CountWords(output));

    public static Usage operator +(Usage left, Usage right)
        => new(left.InputTokens + right.InputTokens, left.OutputTokens + right.OutputTokens);

    private static int CountWords(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
