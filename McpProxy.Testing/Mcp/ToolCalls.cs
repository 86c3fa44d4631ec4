using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Testing.Mcp;

/// <summary>Calls tools the way tests like to: arguments as an anonymous object, results as text and fields.</summary>
public static class ToolCalls
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web);

    /// <param name="client">Who calls.</param>
    /// <param name="tool">What is called.</param>
    /// <param name="arguments">What it gets.</param>
    /// <param name="progress">Asks for progress, and hears of it.</param>
    public static async Task<CallToolResult> CallAsync(
        this McpClient client, string tool, object? arguments = null, IProgress<ProgressNotificationValue>? progress = null)
        => await client.CallToolAsync(
            tool,
            JsonSerializer.SerializeToElement(arguments ?? new { }, _options)
                .EnumerateObject()
                .ToDictionary(property => property.Name, property => (object?)property.Value),
            progress,
            cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Calls a tool that must succeed and gets its fields.</summary>
    public static async Task<JsonElement> FieldsAsync(this McpClient client, string tool, object? arguments = null)
    {
        var result = await client.CallAsync(tool, arguments);
        Assert.False(result.IsError is true, result.Text());

        return Assert.NotNull(result.StructuredContent);
    }

    /// <summary>Calls a tool that must fail and gets what it says.</summary>
    public static async Task<string> FailureAsync(this McpClient client, string tool, object? arguments = null)
    {
        var result = await client.CallAsync(tool, arguments);
        Assert.True(result.IsError, result.Text());

        return result.Text();
    }

    /// <summary>Asks an agent one thing.</summary>
    public static Task<CallToolResult> AskAsync(
        this McpClient client, string agentId, string text, string interactionType = "generate", IProgress<ProgressNotificationValue>? progress = null)
        => client.CallAsync(
            "callAgent", new { targetAgentId = agentId, interactionType, messages = new[] { new { role = "user", content = text } } }, progress);

    public static string Text(this CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;

    /// <summary>Follows names and indexes into a value: <c>Get("serverAgents", 0, "status")</c>.</summary>
    public static JsonElement Get(this JsonElement element, params object[] path)
        => path.Aggregate(element, (value, step) => step is int index ? value[index] : value.GetProperty((string)step));
}
