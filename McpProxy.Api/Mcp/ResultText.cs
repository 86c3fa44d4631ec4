using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp;

/// <summary>What the text of a tool's result is.</summary>
internal enum ResultText
{
    /// <summary>The agent's words; for tools that call no agent, their fields as JSON.</summary>
    Text,

    /// <summary>Every tool's fields as JSON, for clients that read them out of the text.</summary>
    Json,
}

internal static class ResultTextExtensions
{
    public static IMcpServerBuilder WithResultText(this IMcpServerBuilder builder, ResultText resultText)
        => resultText is ResultText.Text
            ? builder
            : builder.WithRequestFilters(filters => filters.AddCallToolFilter(next => async (request, cancellationToken)
                => (await next(request, cancellationToken)).In(resultText)));

    /// <returns>The result with its text as it is wanted.</returns>
    public static CallToolResult In(this CallToolResult result, ResultText resultText)
    {
        if (resultText is ResultText.Json && result.StructuredContent is { } fields)
        {
            result.Content = [new TextContentBlock { Text = fields.GetRawText() }];
        }

        return result;
    }
}
