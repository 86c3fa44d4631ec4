using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

#pragma warning disable ASPIREINTERACTION001 // Experimental. Commands with arguments need it: the dashboard makes a dialog of them, the CLI options.

namespace McpProxy.AppHost;

/// <summary>Commands for the proxy in the dashboard and in <c>aspire resource proxy</c>. Each calls a tool as any MCP client would.</summary>
internal static class ProxyCommands
{
    public static IResourceBuilder<ProjectResource> WithCommands(this IResourceBuilder<ProjectResource> proxy) => proxy
        .WithTool(
            "list-agents", "List agents", "Lists the agents of all connected servers.", "BotSparkle", "listAgents", [], _ => [], Table)
        .WithTool(
            "call-agent", "Call agent", "Sends a message to an agent and shows its answer.", "ChatSparkle", "callAgent",
            [Text("agent", "Agent", "server0:echoAgent"), Text("message", "Message", "Hello")],
            arguments => new()
            {
                ["targetAgentId"] = arguments.GetString("agent"),
                ["interactionType"] = "generate",
                ["messages"] = new[] { new Dictionary<string, string?> { ["role"] = "user", ["content"] = arguments.GetString("message") } },
            },
            TextOf)
        .WithTool(
            "connect-server", "Connect server", "Connects an agent server.", "PlugConnected", "connectServer",
            [Text("url", "Base URL", "http://localhost:4111"), Text("name", "Name", "server1", required: false)],
            arguments => new()
            {
                ["serverUrl"] = arguments.GetString("url"),
                ["serverName"] = arguments.GetString("name") is { Length: > 0 } name ? name : null,
            },
            TextOf)
        .WithTool(
            "disconnect-server", "Disconnect server", "Disconnects a server that was connected at run time.", "PlugDisconnected", "disconnectServer",
            [Text("name", "Name", "server1")],
            arguments => new() { ["serverName"] = arguments.GetString("name") },
            TextOf);

    private static IResourceBuilder<ProjectResource> WithTool(
        this IResourceBuilder<ProjectResource> proxy,
        string name,
        string displayName,
        string description,
        string icon,
        string tool,
        IReadOnlyList<InteractionInput> inputs,
        Func<InteractionInputCollection, Dictionary<string, object?>> arguments,
        Func<CallToolResult, string> format)
        => proxy.WithCommand(
            name,
            displayName,
            context => CallAsync(new($"{proxy.GetEndpoint("http").Url}/mcp"), tool, arguments(context.Arguments), format, context.CancellationToken),
            new()
            {
                Description = description,
                IconName = icon,
                Arguments = inputs,
                UpdateState = state =>
                    state.ResourceSnapshot.HealthStatus is HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            });

    private static InteractionInput Text(string name, string label, string example, bool required = true)
        => new() { Name = name, Label = label, InputType = InputType.Text, Placeholder = example, Required = required };

    private static async Task<ExecuteCommandResult> CallAsync(
        Uri endpoint, string tool, Dictionary<string, object?> arguments, Func<CallToolResult, string> format, CancellationToken cancellationToken)
    {
        try
        {
            await using var client = await McpClient.CreateAsync(
                new HttpClientTransport(new() { Endpoint = endpoint, TransportMode = HttpTransportMode.StreamableHttp }), cancellationToken: cancellationToken);
            var given = arguments.Where(argument => argument.Value is not null).ToDictionary();
            var result = await client.CallToolAsync(tool, given, cancellationToken: cancellationToken);

            return result.IsError is true
                ? CommandResults.Failure(TextOf(result))
                : CommandResults.Success("", format(result), CommandResultFormat.Markdown, displayImmediately: true);
        }
        catch (Exception exception) when (exception is McpException or HttpRequestException)
        {
            return CommandResults.Failure(exception.Message);
        }
    }

    private static string Table(CallToolResult result)
    {
        var rows =
            from server in result.StructuredContent!.Value.GetProperty("serverAgents").EnumerateArray()
            from agent in server.GetProperty("agents").EnumerateArray()
            select $"| {Cell(agent, "fullyQualifiedId")} | {Cell(agent, "name")} | {Cell(server, "serverUrl")} |\n";

        return $"| Agent | Name | Server |\n|---|---|---|\n{string.Concat(rows)}";
    }

    /// <summary>Names come from agent servers: none may break out of its cell.</summary>
    private static string Cell(JsonElement element, string property)
        => element.GetProperty(property).GetString()!.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    private static string TextOf(CallToolResult result) => string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
