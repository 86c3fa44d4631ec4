using System.ComponentModel;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Tests.Conformance;

/// <summary>Tools whose names and answers the conformance suite prescribes: each answers with another kind of content.</summary>
[McpServerToolType]
internal static class ContentTools
{
    private static readonly byte[] _pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==");
    private static readonly byte[] _silence = Convert.FromBase64String("UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=");
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(50);

    [McpServerTool(Name = "test_simple_text"), Description("Answers with a text.")]
    public static string SimpleText() => "This is a simple text response for testing.";

    [McpServerTool(Name = "test_image_content"), Description("Answers with an image.")]
    public static ImageContentBlock Image() => ImageContentBlock.FromBytes(_pixel, "image/png");

    [McpServerTool(Name = "test_audio_content"), Description("Answers with a sound.")]
    public static AudioContentBlock Audio() => AudioContentBlock.FromBytes(_silence, "audio/wav");

    [McpServerTool(Name = "test_embedded_resource"), Description("Answers with a resource.")]
    public static EmbeddedResourceBlock EmbeddedResource() => Embed("test://embedded-resource", "text/plain", "This is an embedded resource content.");

    [McpServerTool(Name = "test_multiple_content_types"), Description("Answers with a text, an image and a resource.")]
    public static ContentBlock[] MultipleContentTypes() =>
    [
        new TextContentBlock { Text = "Multiple content types test:" },
        Image(),
        Embed("test://mixed-content-resource", "application/json", """{"test":"data","value":123}"""),
    ];

    [McpServerTool(Name = "test_error_handling"), Description("Always fails.")]
    public static string ErrorHandling() => throw new McpException("This tool intentionally returns an error for testing");

    [McpServerTool(Name = "test_tool_with_progress"), Description("Reports its progress.")]
    public static async Task<string> ProgressAsync(IProgress<ProgressNotificationValue> progress, CancellationToken cancellationToken)
    {
        progress.Report(new() { Progress = 0, Total = 100 });
        await Task.Delay(_step, cancellationToken);
        progress.Report(new() { Progress = 50, Total = 100 });
        await Task.Delay(_step, cancellationToken);
        progress.Report(new() { Progress = 100, Total = 100 });

        return "Done.";
    }

    [McpServerTool(Name = "test_header_tool"), Description("Wants its argument as a header too.")]
    public static string Header([McpHeader("Region")] string region) => region;

    private static EmbeddedResourceBlock Embed(string uri, string mimeType, string text) =>
        new() { Resource = new TextResourceContents { Uri = uri, MimeType = mimeType, Text = text } };
}
