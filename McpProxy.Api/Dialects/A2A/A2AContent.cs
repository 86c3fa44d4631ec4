using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>What some parts hold: text, data, and files, which are only named.</summary>
internal sealed class A2AContent
{
    private readonly StringBuilder _text = new();
    private readonly List<JsonElement> _data = [];
    private readonly List<A2AFileName> _files = [];

    public A2AContent(IEnumerable<A2APart> parts) => Add(parts);

    public string Text => _text.ToString();

    public bool HasText => _text.Length > 0;

    public bool IsEmpty => _text.Length is 0 && _data is [] && _files is [];

    public IEnumerable<JsonElement> Data => _data;

    /// <summary>What is said of the data where it stands alone, and of the files.</summary>
    public static string Rest(IReadOnlyCollection<A2AContent> contents)
    {
        var data = contents.Any(content => content.HasText) ? [] : contents.SelectMany(content => content._data).Select(ReadableJson.Of);

        return string.Join('\n', data.Concat(contents.SelectMany(content => content._files).Select(file => file.ToString())));
    }

    public static JsonObject Details(IReadOnlyCollection<A2AContent> contents)
    {
        var details = new JsonObject();
        if (contents.SelectMany(content => content._data).ToList() is [_, ..] data)
        {
            details["data"] = new JsonArray([.. data.Select(ToNode)]);
        }

        if (contents.SelectMany(content => content._files).ToList() is [_, ..] files)
        {
            details["files"] = new JsonArray([.. files.Select(file => file.ToJson())]);
        }

        return details;
    }

    /// <returns>The text among the parts.</returns>
    public string Add(IEnumerable<A2APart> parts)
    {
        var began = _text.Length;
        foreach (var part in parts)
        {
            _text.Append(part.Text);
            if (part.Value is { } data)
            {
                _data.Add(data);
            }

            if (part.ToFileName() is { } file)
            {
                _files.Add(file);
            }
        }

        return _text.ToString(began, _text.Length - began);
    }

    public static JsonNode? ToNode(JsonElement json) => JsonSerializer.SerializeToNode(json, A2AJsonContext.Default.JsonElement);
}
