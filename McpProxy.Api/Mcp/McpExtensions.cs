using McpProxy.Api.Access;
using McpProxy.Api.Hosting;
using McpProxy.Api.Mcp.AgentTools;
using McpProxy.Api.Mcp.Questions;
using McpProxy.Api.Mcp.Tasks;
using McpProxy.Api.Mcp.Tools;

namespace McpProxy.Api.Mcp;

internal static class McpExtensions
{
    /// <summary>Where MCP clients come in.</summary>
    public const string Path = "/mcp";

    private const string Instructions =
        "Finds and calls agents on other servers. Call listAgents to see which there are, then callAgent with an agent's fullyQualifiedId.";

    private const string AgentToolInstructions =
        " Agents are tools of their own, too: ask_server_agent sends a message to one, and callAgent does the same with further arguments.";

    /// <summary>The front door for MCP clients: a new tool is registered here.</summary>
    public static IMcpServerBuilder AddMcp(this IHostApplicationBuilder builder, McpOptions options)
        => builder.Services
            .AddHttpContextAccessor()
            .AddSingleton<HopCount>()
            .AddSingleton<UserQuestions>()
            .AddMcpServer(server =>
            {
                server.ServerInfo = new() { Name = ProxyInfo.Name, Title = "MCP Agent Proxy", Version = ProxyInfo.Version };
                server.ServerInstructions = Instructions + (options.AgentTools ? AgentToolInstructions : "");
            })
            .WithCheckedParameters()
            .WithAgentTools(options)
            .WithToolErrors()
            .WithOperatorTools()
            .WithResultText(options.ResultText)
            .WithOrderlyEnd()
            .WithTasks()
            .WithTools<ListAgentsTool>(ToolJson.Readable)
            .WithTools<DescribeAgentTool>(ToolJson.Readable)
            .WithTools<CallAgentTool>(ToolJson.Readable)
            .WithTools<GetAgentRunTool>(ToolJson.Readable)
            .WithTools<CancelAgentRunTool>(ToolJson.Readable)
            .WithTools<ConnectServerTool>(ToolJson.Readable)
            .WithTools<DisconnectServerTool>(ToolJson.Readable);

    /// <summary>Tells clients of the deprecated SSE transport where to go.</summary>
    public static void MapFormerPaths(this WebApplication app, McpOptions options)
    {
        foreach (var path in options.FormerPaths)
        {
            app.Map(path, (HttpContext context) => context.RefuseAsync(
                StatusCodes.Status410Gone, "The SSE transport is not offered any more. Use Streamable HTTP at /mcp."));
        }
    }

    /// <summary>Answers calls that are cut off when the proxy stops.</summary>
    private static IMcpServerBuilder WithOrderlyEnd(this IMcpServerBuilder builder)
        => builder.WithRequestFilters(filters => filters.AddCallToolFilter(next => (request, cancellationToken)
            => request.Services!.GetRequiredService<OrderlyEnd>().UntilCutAsync(token => next(request, token), cancellationToken)));
}
