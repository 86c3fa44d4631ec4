using McpProxy.Api.Agents.Conversation;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>
/// A conversation as callers name it: one that the server keeps by a name, or the response behind which the next turn comes. While the agent waits to be
/// allowed something, the ids of its requests are behind it, so that any replica can answer them.
/// </summary>
/// <param name="Id">Which it is.</param>
/// <param name="Requests">What the agent waits for.</param>
internal sealed record OpenAIThread(string Id, IReadOnlyList<string> Requests)
{
    private const string Response = "resp";
    private const string OtherResponse = "resp:";
    private const char Separator = AgentQuestion.WaitsBehind;

    /// <summary>The member of a request that names it, and its value.</summary>
    /// <remarks>A response has one name only, by which it is known whose it is.</remarks>
    public (string Name, string Value) Member => !Id.StartsWith(Response, StringComparison.Ordinal) ? ("conversation", Id)
        : !Id.StartsWith(OtherResponse, StringComparison.Ordinal) ? ("previous_response_id", Id)
        : Id.StartsWith(OtherResponse + Response, StringComparison.Ordinal) ? ("conversation", Id)
        : ("previous_response_id", Id[OtherResponse.Length..]);

    public static OpenAIThread? Parse(string? threadId)
        => threadId?.Split(Separator) is [var id, .. var requests] ? new(id, [.. requests.Select(Uri.UnescapeDataString)]) : null;

    /// <returns>The thread that goes on from a response, as it is told from one with a name.</returns>
    public static string From(string responseId)
        => responseId.StartsWith(Response, StringComparison.Ordinal) ? responseId : OtherResponse + responseId;

    /// <returns>The thread while the agent waits for these.</returns>
    public static string Waiting(string threadId, IEnumerable<OpenAIApproval> requests)
        => string.Join(Separator, requests.Select(request => Uri.EscapeDataString(request.Id)).Prepend(threadId));
}
