using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp;

/// <summary>
/// Finds JSON that programs read differently or fail on: a name that comes twice, text with a lone surrogate, a number that no <see cref="double"/> holds.
/// The SDK would fail on some of it without saying why.
/// </summary>
internal static class UnreadableJson
{
    private const int MaxName = 100;
    private const string NotUnicode = " holds text that is not Unicode (a lone surrogate)";

    /// <summary>Refuses such arguments over stdio. Over HTTP, <see cref="RequestReader"/> refuses the whole request.</summary>
    public static IMcpServerBuilder WithReadableArguments(this IMcpServerBuilder builder)
        => builder.WithMessageFilters(filters => filters.AddIncomingFilter(next => (context, cancellationToken)
            => context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.ToolsCall, Params: { } call } && FindProblem(call) is { } problem
                ? throw new McpProtocolException($"Nothing was done: params{problem}. Correct it and call again.", McpErrorCode.InvalidParams)
                : next(context, cancellationToken)));

    /// <returns>The path of an unreadable part, to be put behind a name for the whole, and what is wrong with it; or <see langword="null"/>.</returns>
    public static string? FindProblem(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Object => FindProblemInObject(element),
                JsonValueKind.Array => element.EnumerateArray()
                    .Select((item, index) => FindProblem(item) is { } problem ? $"[{index}]{problem}" : null)
                    .FirstOrDefault(problem => problem is not null),
                JsonValueKind.String when element.GetString() is null => null,
                JsonValueKind.Number when !double.IsFinite(element.GetDouble()) => " is too large a number",
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return NotUnicode;
        }
    }

    private static string? FindProblemInObject(JsonElement element)
    {
        var names = new HashSet<string>();
        foreach (var member in element.EnumerateObject())
        {
            if (!names.Add(member.Name))
            {
                return " has two members of the same name";
            }

            if (FindProblem(member.Value) is { } problem)
            {
                return $".{RemoteText.Clean(member.Name, MaxName)}{problem}";
            }
        }

        return null;
    }

    /// <remarks>The JSON writer refuses lone surrogates without saying where they are.</remarks>
    private static string? FindProblem(JsonNode node)
    {
        try
        {
            return FindProblem(JsonElement.Parse(node.ToJsonString()));
        }
        catch (InvalidOperationException)
        {
            return NotUnicode;
        }
    }
}
