using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using ModelContextProtocol.Protocol;

namespace McpProxy.Api.Mcp.Tools;

/// <summary>What a tool returns: a text, and fields beside it. Each says all that matters, since some clients show their model only one of them.</summary>
internal static class ToolResult
{
    /// <summary>Without a text, it is the fields as JSON.</summary>
    public static CallToolResult Of<T>(T fields, string? text = null, bool isError = false)
    {
        var content = ToolJson.Element(fields);

        return new() { IsError = isError, Content = [new TextContentBlock { Text = text ?? content.GetRawText() }], StructuredContent = content };
    }

    /// <returns>That something could not be done, and why.</returns>
    public static CallToolResult Of(ProxyException failure) => Of(new ErrorResult(ErrorDetail.From(failure)), failure.Message, isError: true);

    /// <returns>The <c>responseData</c>: an object with the text, or all that the agent server sent.</returns>
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
