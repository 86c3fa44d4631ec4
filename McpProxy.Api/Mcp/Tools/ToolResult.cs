using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp.Tools;

/// <summary>What a tool returns: a text, and fields beside it. Some clients hand their model the one, some the other, so each says all that matters.</summary>
internal static class ToolResult
{
    /// <param name="fields">What the tool returns, as fields.</param>
    /// <param name="text">The same for a reader; the fields as JSON if left out.</param>
    /// <param name="isError">Whether the tool could not do what was asked.</param>
    public static CallToolResult Of<T>(T fields, string? text = null, bool isError = false)
    {
        var content = JsonSerializer.SerializeToElement(fields, ToolJson.Readable);

        return new() { IsError = isError, Content = [new TextContentBlock { Text = text ?? content.GetRawText() }], StructuredContent = content };
    }

    /// <returns>What <c>responseData</c> is: an object with the text once, or what was sent.</returns>
    public static object ResponseData(AgentReply reply, ResultDetail detail)
    {
        if (detail is ResultDetail.Full)
        {
            return reply.Response;
        }

        var data = new JsonObject { ["text"] = reply.Text };
        data.SetMembers(reply.Details);

        return data;
    }
}
