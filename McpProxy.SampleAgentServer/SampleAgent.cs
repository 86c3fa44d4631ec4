namespace McpProxy.SampleAgentServer;

/// <summary>An agent in no dialect: what it is, and what it does about the messages of a conversation, piece by piece.</summary>
internal sealed record SampleAgent(
    string Id,
    string Name,
    string Description,
    string Instructions,
    Func<SampleAgents, IReadOnlyList<AgentMessage>, CancellationToken, IAsyncEnumerable<AgentPiece>> Answer,
    SampleTool? Tool = null);

internal sealed record SampleTool(string Id, string Description, string InputSchema, string OutputSchema);

internal abstract record AgentPiece;
internal sealed record TextPiece(string Text) : AgentPiece;
internal sealed record ToolPiece(string CallId, string ToolName, object Arguments, object Result) : AgentPiece;

/// <summary>The agent stops to ask, and goes on once a message of the role <c>answer</c> follows what it was told.</summary>
internal sealed record AskPiece(string Question) : AgentPiece;
