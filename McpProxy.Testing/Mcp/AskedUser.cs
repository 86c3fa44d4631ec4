using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpProxy.Testing.Mcp;

/// <summary>The user of an MCP client, who is shown forms and answers them: as told, and then as somebody who agrees to everything.</summary>
internal sealed class AskedUser(params (string Action, object? Content)[] answers)
{
    private readonly Queue<(string Action, object? Content)> _answers = new(answers);

    /// <summary>What they were asked.</summary>
    public List<ElicitRequestParams> Asked { get; } = [];

    /// <summary>A client that can ask this user.</summary>
    /// <param name="revision">The revision to speak; the newest if left out.</param>
    /// <param name="extensions">Extensions of the protocol that the client knows.</param>
    public McpClientOptions Client(string? revision = null, params string[] extensions) => new()
    {
        ProtocolVersion = revision,
        Capabilities = new() { Extensions = extensions.ToDictionary(name => name, _ => (object)new JsonObject()) },
        Handlers = new() { ElicitationHandler = (form, _) => new(Answer(form!)) },
    };

    /// <summary>Connects that client.</summary>
    public Task<McpClient> ConnectAsync(Uri endpoint, string? revision = null, params string[] extensions)
        => Proxy.CreateClientAsync(endpoint, Client(revision, extensions));

    private ElicitResult Answer(ElicitRequestParams form)
    {
        Asked.Add(form);
        var (action, content) = _answers.TryDequeue(out var answer) ? answer : ("accept", form.RequestedSchema!.Properties.ToDictionary(
            field => field.Key, field => (object)(field.Value is ElicitRequestParams.BooleanSchema ? true : "yes")));

        return new()
        {
            Action = action,
            Content = content is null
                ? null
                : JsonSerializer.SerializeToElement(content).EnumerateObject().ToDictionary(field => field.Name, field => field.Value),
        };
    }
}
