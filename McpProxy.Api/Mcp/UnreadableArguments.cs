using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp;

/// <summary>
/// Refuses arguments that are JSON by the letter, but that no two programs read alike, with a sentence: a name that comes twice, half a character, a
/// number beyond all that programs count with. The SDK itself fails on some of them, so they are looked for before it reads them.
/// </summary>
internal static class UnreadableArguments
{
    public static IMcpServerBuilder WithReadableArguments(this IMcpServerBuilder builder)
        => builder.WithMessageFilters(filters => filters.AddIncomingFilter(next => async (context, cancellationToken) =>
        {
            if (context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.ToolsCall, Params: JsonObject call })
            {
                Check(call, "params");
            }

            await next(context, cancellationToken);
        }));

    private static void Check(JsonNode? node, string path)
    {
        try
        {
            switch (node)
            {
                case JsonObject members:
                    foreach (var (name, value) in members)
                    {
                        Check(value, $"{path}.{name}");
                    }

                    break;

                case JsonArray items:
                    for (var i = 0; i < items.Count; i++)
                    {
                        Check(items[i], $"{path}[{i}]");
                    }

                    break;

                case JsonValue value when value.GetValueKind() is JsonValueKind.String:
                    value.GetValue<string>();
                    break;

                case JsonValue value when value.GetValueKind() is JsonValueKind.Number && !double.IsFinite(value.GetValue<double>()):
                    throw Refusal($"{path} is too large a number");
            }
        }
        catch (ArgumentException)
        {
            throw Refusal($"{path} has two members of the same name");
        }
        catch (InvalidOperationException)
        {
            throw Refusal($"{path} holds half a character (a lone surrogate)");
        }
    }

    private static McpProtocolException Refusal(string problem) => new($"Nothing was done: {problem}. Correct it and call again.", McpErrorCode.InvalidParams);
}
