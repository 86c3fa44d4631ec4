using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Tests.Conformance;

#pragma warning disable MCP9005 // Sampling and logging are deprecated, and the suite checks them still.
#pragma warning disable CA1848 // The log goes to the client, in the suite's words.

/// <summary>Tools that talk to the client while they run.</summary>
[McpServerToolType]
internal static class AskingTools
{
    private const string UserSchema = """
        { "type": "object", "required": ["username", "email"], "properties": {
          "username": { "type": "string", "description": "User's response" },
          "email": { "type": "string", "description": "User's email address" } } }
        """;

    private const string DefaultsSchema = """
        { "type": "object", "properties": {
          "name": { "type": "string", "default": "John Doe" },
          "age": { "type": "integer", "default": 30 },
          "score": { "type": "number", "default": 95.5 },
          "status": { "type": "string", "enum": ["active", "inactive", "pending"], "default": "active" },
          "verified": { "type": "boolean", "default": true } } }
        """;

    private const string EnumsSchema = """
        { "type": "object", "properties": {
          "untitledSingle": { "type": "string", "enum": ["option1", "option2", "option3"] },
          "titledSingle": { "type": "string", "oneOf": [
            { "const": "value1", "title": "First Option" }, { "const": "value2", "title": "Second Option" }, { "const": "value3", "title": "Third Option" }
          ] },
          "legacyEnum": { "type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": ["Option One", "Option Two", "Option Three"] },
          "untitledMulti": { "type": "array", "items": { "type": "string", "enum": ["option1", "option2", "option3"] } },
          "titledMulti": { "type": "array", "items": { "anyOf": [
            { "const": "value1", "title": "First Choice" }, { "const": "value2", "title": "Second Choice" }, { "const": "value3", "title": "Third Choice" }
          ] } } } }
        """;

    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(50);

    [McpServerTool(Name = "test_sampling"), Description("Has the client's model answer.")]
    public static async Task<string> SamplingAsync(McpServer server, string prompt, CancellationToken cancellationToken)
    {
        var message = new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = prompt }] };
        var result = await server.SampleAsync(new() { Messages = [message], MaxTokens = 100 }, cancellationToken);

        return $"LLM response: {result.Content.OfType<TextContentBlock>().Single().Text}";
    }

    [McpServerTool(Name = "test_elicitation"), Description("Asks the user something.")]
    public static Task<string> ElicitationAsync(McpServer server, string message, CancellationToken cancellationToken) =>
        ElicitAsync(server, message, UserSchema, cancellationToken);

    [McpServerTool(Name = "test_elicitation_sep1034_defaults"), Description("Asks the user something and suggests the answers.")]
    public static Task<string> ElicitDefaultsAsync(McpServer server, CancellationToken cancellationToken) =>
        ElicitAsync(server, "Who are you?", DefaultsSchema, cancellationToken);

    [McpServerTool(Name = "test_elicitation_sep1330_enums"), Description("Has the user choose.")]
    public static Task<string> ElicitEnumsAsync(McpServer server, CancellationToken cancellationToken) =>
        ElicitAsync(server, "Which ones?", EnumsSchema, cancellationToken);

    [McpServerTool(Name = "test_tool_with_logging"), Description("Logs to the client.")]
    public static async Task<string> LogAsync(McpServer server, CancellationToken cancellationToken)
    {
        var logger = server.AsClientLoggerProvider().CreateLogger("conformance");
        logger.LogInformation("Tool execution started");
        await Task.Delay(_step, cancellationToken);
        logger.LogInformation("Tool processing data");
        await Task.Delay(_step, cancellationToken);
        logger.LogInformation("Tool execution completed");

        return "Logged.";
    }

    [McpServerTool(Name = "test_logging_tool"), Description("Logs to the client if the request asks for it.")]
    public static Task<string> LogOnRequestAsync(McpServer server, CancellationToken cancellationToken) => LogAsync(server, cancellationToken);

    [McpServerTool(Name = "test_missing_capability"), Description("Refuses clients that cannot sample.")]
    public static string MissingCapability(McpServer server) => server.ClientCapabilities?.Sampling is null
        ? throw new MissingRequiredClientCapabilityException(new() { Sampling = new() }, "This tool needs the client to sample.")
        : "The client can sample.";

    [McpServerTool(Name = "test_streaming_elicitation"), Description("Asks nothing.")]
    public static string StreamingElicitation() => "A stream of 2026-07-28 has no questions in it.";

    [McpServerTool(Name = "test_trigger_tool_change"), Description("Changes the list of tools.")]
    public static string ChangeTools(McpServer server)
    {
        var tool = McpServerTool.Create(() => "New.", new() { Name = "new_tool", Description = "Comes and goes." });
        var tools = server.ServerOptions.ToolCollection!;

        return tools.TryAdd(tool) && tools.Remove(tool) ? "Changed." : throw new McpException("The tool was there already.");
    }

    private static async Task<string> ElicitAsync(McpServer server, string message, string schema, CancellationToken cancellationToken)
    {
        var requested = JsonSerializer.Deserialize<ElicitRequestParams.RequestSchema>(schema, McpJsonUtilities.DefaultOptions);
        var result = await server.ElicitAsync(new ElicitRequestParams { Message = message, RequestedSchema = requested }, cancellationToken);

        return $"Elicitation completed: action={result.Action}, content={JsonSerializer.Serialize(result.Content, McpJsonUtilities.DefaultOptions)}";
    }
}
