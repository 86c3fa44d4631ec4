namespace McpProxy.Api.Agents.Conversation;

/// <summary>What an agent stopped to ask, in the words in which every type of agent server tells it.</summary>
internal static class AgentQuestion
{
    /// <summary>
    /// Behind this, the id of a thread says what in it waits for an answer, where a server needs to be told: it is the same conversation, and whoever it
    /// belongs to is the same.
    /// </summary>
    public const char WaitsBehind = '#';

    /// <returns>What the agent asks, and how it is answered.</returns>
    public static string Format(string question, string? threadId) => $"""
        The agent stopped and waits for an answer to this: {question}

        To answer, call it again with threadId {threadId} and the answer as resume.
        """;
}
