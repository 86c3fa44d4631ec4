using McpProxy.Api.Agents.Discovery;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>All that one needs to join a run again: which response it is, and on which kind of server.</summary>
internal sealed record OpenAIRunId(string ResponseId, bool HasEntities)
{
    private const string Entity = "entity/";
    private const string Model = "model/";

    /// <returns>The run that the text names in the form of <see cref="ToString"/>, or <see langword="null"/>.</returns>
    public static OpenAIRunId? Parse(string text)
    {
        var hasEntities = text.StartsWith(Entity, StringComparison.Ordinal);
        var id = hasEntities ? text[Entity.Length..] : text.StartsWith(Model, StringComparison.Ordinal) ? text[Model.Length..] : "";

        return Agent.IsUsable(id) ? new(id, hasEntities) : null;
    }

    public override string ToString() => $"{(HasEntities ? Entity : Model)}{ResponseId}";
}
