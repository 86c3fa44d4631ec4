using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Mcp.Questions;
using McpProxy.Api.Runs;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp.Tasks;

/// <summary>What a task waits for: what its agent stopped to ask.</summary>
internal sealed record TaskQuestion(AgentRun Run, string Text, AnswerForm Form)
{
    /// <summary>Its name. An agent may ask again, so each time it is another.</summary>
    public string Key => $"answer-{Fingerprint.Of(Run.LastId)[..8]}";

    /// <returns><see langword="null"/> if the task waits for nothing.</returns>
    public static TaskQuestion? Of(AgentRun run) => run.Outcome is CallOutcome.Interrupted { Reply.Question: { } question }
        ? new(run, question.Text, new(question.Schema))
        : null;

    public Dictionary<string, InputRequest> ToRequests() => Form.ToRequests(Key, Run.Facts.QualifiedId, Text);
}
