using System.Text.Json.Nodes;

namespace McpProxy.Api.Agents.Conversation;

/// <summary>What an agent stopped to ask, in the words in which every type of agent server tells it.</summary>
/// <param name="Text">The question itself.</param>
/// <param name="Schema">The JSON schema that the answer has to fit, if there is one.</param>
internal sealed record AgentQuestion(string Text, JsonObject? Schema = null)
{
    /// <summary>
    /// Behind this, the id of a thread says what in it waits for an answer, where a server needs to be told: it is the same conversation, and whoever it
    /// belongs to is the same.
    /// </summary>
    public const char WaitsBehind = '#';

    /// <returns>A question that is answered with yes or no.</returns>
    public static AgentQuestion YesOrNo(string text) => new(text, new() { ["type"] = "boolean" });

    /// <returns>Several questions at once, which are answered together, each under its id.</returns>
    /// <param name="title">What comes before them.</param>
    /// <param name="questions">Their ids and texts.</param>
    /// <param name="type">The type of each answer.</param>
    public static AgentQuestion Several(string title, IReadOnlyList<(string Id, string Text)> questions, string type) => new(
        $"{title}\n{string.Join('\n', questions.Select(question => $"{question.Id}: {question.Text}"))}",
        new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(questions.DistinctBy(question => question.Id).Select(
                question => KeyValuePair.Create(question.Id, (JsonNode?)new JsonObject { ["type"] = type, ["description"] = question.Text }))),
            ["required"] = new JsonArray([.. questions.Select(question => question.Id).Distinct().Select(id => (JsonNode)id)]),
        });

    /// <returns>What the agent asks, and how it is answered.</returns>
    public static string Format(string question, string? threadId) => $"""
        The agent stopped and waits for an answer to this: {question}

        To answer, call it again with threadId {threadId} and the answer as resume.
        """;
}
