using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp;

/// <summary>
/// Checks the arguments of a call against the schema that the tool publishes, so that a wrong one is answered with a sentence. The SDK would only say
/// that the tool failed.
/// </summary>
internal static class ToolArguments
{
    private static readonly ConditionalWeakTable<Tool, ArgumentSchema> _schemas = [];

    /// <exception cref="ProxyException">One is missing, unknown or wrong.</exception>
    public static void Check(RequestContext<CallToolRequestParams> request)
    {
        if (FindProblem(request) is { } problem)
        {
            throw Wrong(request.Params.Name, problem);
        }
    }

    /// <returns>What is wrong with the arguments, or <see langword="null"/>.</returns>
    public static string? FindProblem(RequestContext<CallToolRequestParams> request)
    {
        if (request.MatchedPrimitive is not McpServerTool { ProtocolTool: var tool } || request.Params is not { } call)
        {
            return null;
        }

        var schema = _schemas.GetValue(tool, tool => tool.InputSchema.Deserialize(ToolJsonContext.Default.ArgumentSchema)!);
        var arguments = call.Arguments ??= new Dictionary<string, JsonElement>();

        // Many clients send null for an optional argument that they leave out.
        foreach (var (name, value) in arguments.ToList())
        {
            if (value.ValueKind is JsonValueKind.Null && schema.Required?.Contains(name) is not true)
            {
                arguments.Remove(name);
            }
        }

        return FindProblem(schema, arguments);
    }

    /// <summary>What to send to an agent: <c>message</c>, <c>messages</c>, or nothing with <c>resume</c>.</summary>
    /// <exception cref="ProxyException">None of them is there, or both messages are.</exception>
    public static IReadOnlyList<AgentMessage> Messages(
        RequestContext<CallToolRequestParams> request, string? message, IReadOnlyList<AgentMessage>? messages, JsonNode? resume) => (message, messages) switch
        {
            ({ } text, null) => [new(AgentMessageRole.User, text)],
            (null, { } several) => several,
            (null, null) when resume is not null => [],
            (null, null) => throw Wrong(request.Params.Name, "message is missing"),
            _ => throw Wrong(request.Params.Name, "message and messages are both there, and only one of them may be"),
        };

    private static ProxyException Wrong(string tool, string problem)
        => new(ErrorKind.InvalidArgument, $"{tool} was called with wrong arguments: {problem}. Correct it and call again.");

    /// <remarks>An unknown argument is not ignored: it may be one that matters, misspelt.</remarks>
    private static string? FindProblem(ArgumentSchema schema, IDictionary<string, JsonElement> arguments)
    {
        var known = schema.Members;

        // Some clients make up an argument for a tool that has none.
        if (known.Count > 0 && arguments.Keys.FirstOrDefault(name => !known.ContainsKey(name)) is { } unknown)
        {
            var guess = NearMiss.Guess(unknown, known.Keys);

            return $"there is no '{RemoteText.Clean(unknown, 100)}'{(guess is "" ? $", only {string.Join(", ", known.Keys)}" : guess)}";
        }

        return schema.Required?.FirstOrDefault(name => !arguments.ContainsKey(name)) is { } missing
            ? $"{missing} is missing"
            : arguments
                .Select(argument => known.TryGetValue(argument.Key, out var expected) ? expected.FindProblem(argument.Value, argument.Key) : null)
                .FirstOrDefault(problem => problem is not null);
    }
}
