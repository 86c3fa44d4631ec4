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
        if (request.MatchedPrimitive is not McpServerTool { ProtocolTool: var tool } || request.Params is not { } call)
        {
            return;
        }

        var schema = _schemas.GetValue(tool, tool => tool.InputSchema.Deserialize(ToolJsonContext.Default.ArgumentSchema)!);
        var arguments = call.Arguments ??= new Dictionary<string, JsonElement>();

        // To many clients an optional argument that is null is one that is left out.
        foreach (var (name, value) in arguments.ToList())
        {
            if (value.ValueKind is JsonValueKind.Null && !schema.Requires(name))
            {
                arguments.Remove(name);
            }
        }

        if (FindProblem(schema, arguments) is { } problem)
        {
            throw Wrong(tool.Name, problem);
        }
    }

    /// <summary>What to send to an agent, by whichever argument says it.</summary>
    /// <exception cref="ProxyException">None does, or two do. A schema can't say that.</exception>
    public static IReadOnlyList<AgentMessage> Messages(
        RequestContext<CallToolRequestParams> request, string? message, IReadOnlyList<AgentMessage>? messages, JsonNode? resume) => (message, messages) switch
        {
            ({ } text, null) => [new(AgentMessageRole.User, text)],
            (null, { } several) => several,
            (null, null) when resume is not null => [],
            (null, null) => throw Wrong(request.Params.Name, "message is missing"),
            _ => throw Wrong(request.Params.Name, "message and messages are both there, and one stands for the other"),
        };

    private static ProxyException Wrong(string tool, string problem)
        => new(ErrorKind.InvalidArgument, $"{tool} was called with wrong arguments: {problem}. Correct it and call again.");

    /// <remarks>An argument that would be overlooked may be the one that matters, such as a misspelt threadId.</remarks>
    private static string? FindProblem(ArgumentSchema schema, IDictionary<string, JsonElement> arguments)
    {
        var known = schema.Members;

        // Some clients can't call a tool without arguments, and make one up.
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
