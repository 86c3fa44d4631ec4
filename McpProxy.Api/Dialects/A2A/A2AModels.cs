using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>What a server says of a call: in a stream one after the other, else once.</summary>
internal sealed record A2AEvent(
    A2ATask? Task = null,
    A2AMessage? Message = null,
    A2AMessage? Msg = null,
    A2AStatusUpdate? StatusUpdate = null,
    A2AArtifactUpdate? ArtifactUpdate = null)
{
    /// <summary>Reads what is wrapped under its name, what says itself what it is (before 1.0), and a task as it is asked for.</summary>
    public static A2AEvent Read(JsonElement json) => Kind(json) switch
    {
        "task" => new(Task: json.Deserialize(A2AJsonContext.Default.A2ATask)),
        "message" => new(Message: json.Deserialize(A2AJsonContext.Default.A2AMessage)),
        "status-update" => new(StatusUpdate: json.Deserialize(A2AJsonContext.Default.A2AStatusUpdate)),
        "artifact-update" => new(ArtifactUpdate: json.Deserialize(A2AJsonContext.Default.A2AArtifactUpdate)),
        _ when Member(json, "status") is { ValueKind: JsonValueKind.Object } => new(Task: json.Deserialize(A2AJsonContext.Default.A2ATask)),
        _ => json.Deserialize(A2AJsonContext.Default.A2AEvent) ?? new(),
    };

    private static string? Kind(JsonElement json) => Member(json, "kind") is { ValueKind: JsonValueKind.String } kind ? kind.GetString() : null;

    private static JsonElement? Member(JsonElement json, string name)
        => json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : null;
}

/// <summary>What an agent works on for a call.</summary>
internal sealed record A2ATask(
    string? Id = null,
    string? ContextId = null,
    A2AStatus? Status = null,
    IReadOnlyList<A2AArtifact?>? Artifacts = null,
    IReadOnlyList<A2AMessage?>? History = null);

internal sealed record A2AStatusUpdate(string? TaskId = null, string? ContextId = null, A2AStatus? Status = null);

internal sealed record A2AArtifactUpdate(string? TaskId = null, string? ContextId = null, A2AArtifact? Artifact = null, bool? Append = null);

internal sealed record A2AStatus(string? State = null, A2AMessage? Message = null)
{
    /// <summary>The state as it is written in 0.3: every version and binding has the same ones.</summary>
    [JsonIgnore]
    public string Name => (State ?? "").Replace("TASK_STATE_", "", StringComparison.Ordinal).Replace('_', '-').ToLowerInvariant() switch
    {
        "cancelled" => "canceled",
        var name => name,
    };

    /// <summary>Whether a client can know what it means. None is one of them: it is left out where it is not known.</summary>
    [JsonIgnore]
    public bool IsKnown => IsEnd || IsInterrupted || Name is "submitted" or "working" or "unknown" or "unspecified" or "";

    [JsonIgnore]
    public bool IsEnd => Name is "completed" or "failed" or "canceled" or "rejected";

    /// <summary>Whether it goes on only when somebody has answered, or has signed in elsewhere.</summary>
    [JsonIgnore]
    public bool IsInterrupted => Name is "input-required" or "auth-required";
}

internal sealed record A2AArtifact(string? ArtifactId = null, string? Name = null, IReadOnlyList<A2APart?>? Parts = null);

/// <summary>A message, whose parts are called content in the older HTTP binding.</summary>
internal sealed record A2AMessage(
    string? Role = null,
    string? ContextId = null,
    string? TaskId = null,
    IReadOnlyList<A2APart?>? Parts = null,
    IReadOnlyList<A2APart?>? Content = null)
{
    [JsonIgnore]
    public bool IsAgent => Role is "agent" or "ROLE_AGENT";

    [JsonIgnore]
    public IEnumerable<A2APart> AllParts => (Parts ?? Content ?? []).OfType<A2APart>();

    [JsonIgnore]
    public string Text => string.Concat(AllParts.Select(part => part.Text));
}

/// <summary>A piece of text, data or a file, in the forms of every version.</summary>
internal sealed record A2APart(
    string? Text = null,
    JsonElement? Data = null,
    JsonElement? Raw = null,
    string? Url = null,
    string? MediaType = null,
    string? Filename = null,
    A2AFile? File = null)
{
    /// <summary>The data itself: the older HTTP binding wraps it once more.</summary>
    [JsonIgnore]
    public JsonElement? Value => Data switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Object } data when data.GetPropertyCount() is 1 && data.TryGetProperty("data", out var inner) => inner,
        var data => data,
    };

    /// <returns>What a file is called, what it is and where it can be had, without what is in it; <see langword="null"/> if this is no file.</returns>
    public A2AFileName? ToFileName() => this switch
    {
        { File: { } file } => A2AFileName.Of(file.Name, file.MimeType, file.Uri ?? file.FileWithUri),
        { Url: not null } or { Raw: not null } => A2AFileName.Of(Filename, MediaType, Url),
        _ => null,
    };
}

internal sealed record A2AFile(string? Name = null, string? MimeType = null, string? Uri = null, string? FileWithUri = null);

/// <summary>What there is to say of a file that nobody has fetched.</summary>
internal sealed record A2AFileName(string? Name, string? MediaType, string? Url)
{
    private const int MaxName = 200;
    private const int MaxUrl = 2000;

    public static A2AFileName Of(string? name, string? mediaType, string? url)
        => new(RemoteText.Clean(name, MaxName), RemoteText.Clean(mediaType, MaxName), RemoteText.Clean(url, MaxUrl));

    public JsonObject ToJson() => new(new[] { ("name", Name), ("mediaType", MediaType), ("url", Url) }
        .Where(member => member.Item2 is not null)
        .Select(member => KeyValuePair.Create(member.Item1, (JsonNode?)member.Item2)));

    public override string ToString()
        => string.Join(' ', new[] { "File:", Name, MediaType is null ? null : $"({MediaType})", Url is null ? null : $"at {Url}" }.OfType<string>());
}

/// <summary>An answer as JSON-RPC wraps it.</summary>
internal sealed record A2AEnvelope(JsonElement? Result = null, A2AError? Error = null);

internal sealed record A2AError(JsonElement? Code = null, string? Message = null);
