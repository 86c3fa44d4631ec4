using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;

namespace McpProxy.SampleAgentServer.OpenAI;

/// <summary>Chat Completions: what was said before comes with every request, and nothing is kept.</summary>
internal static class ChatApi
{
    public static void MapChat(this IEndpointRouteBuilder routes) => routes.MapPost("/chat/completions", CompleteAsync);

    public static RefusedException NoSuchModel(string id)
        => OpenAIJson.Refused(404, $"The model '{id}' does not exist or you do not have access to it.", "model_not_found", "model");

    private static async Task<IResult> CompleteAsync(HttpRequest http, SampleAgents agents, CancellationToken cancellationToken)
    {
        var request = await OpenAIInput.ReadAsync<ChatRequest>(http, cancellationToken);
        var model = request.Model ?? throw OpenAIJson.Refused(400, "Missing required parameter: 'model'.", "missing_required_parameter", "model");
        var agent = SampleAgents.Find(model) ?? throw NoSuchModel(model);
        var messages = OpenAIInput.ReadAll(request.Messages);
        var id = OpenAIRun.NewId("chatcmpl");
        if (request.Stream)
        {
            var wantsUsage = request.StreamOptions is { IncludeUsage: true };

            return TypedResults.ServerSentEvents(StreamAsync(agents, agent, messages, id, wantsUsage, cancellationToken));
        }

        var text = new StringBuilder();
        await foreach (var piece in SayAsync(agents, agent, messages, cancellationToken))
        {
            text.Append(piece);
        }

        var message = new { Role = "assistant", Content = text.ToString(), Refusal = (string?)null };
        object[] choices = [new { Index = 0, Message = message, FinishReason = "stop", Logprobs = (object?)null }];

        return OpenAIJson.Result(new { Id = id, Object = "chat.completion", Created = Now, Model = agent.Id, Choices = choices, Usage = Cost(messages, text) });
    }

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private static async IAsyncEnumerable<SseItem<string>> StreamAsync(
        SampleAgents agents,
        SampleAgent agent,
        IReadOnlyList<AgentMessage> messages,
        string id,
        bool wantsUsage,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Chunk(Choice(new { Role = "assistant", Content = "" }));
        var text = new StringBuilder();
        await foreach (var piece in SayAsync(agents, agent, messages, cancellationToken))
        {
            text.Append(piece);
            yield return Chunk(Choice(new { Content = piece }));
        }

        yield return Chunk(Choice(new { }, "stop"));
        if (wantsUsage)
        {
            yield return Chunk([], Cost(messages, text));
        }

        yield return new("[DONE]");

        SseItem<string> Chunk(object[] choices, object? usage = null)
            => new(OpenAIJson.Write(new { Id = id, Object = "chat.completion.chunk", Created = Now, Model = agent.Id, Choices = choices, Usage = usage }));
    }

    private static object[] Choice(object delta, string? finishReason = null)
        => [new { Index = 0, Delta = delta, FinishReason = finishReason, Logprobs = (object?)null }];

    /// <remarks>Nothing can wait for an answer here, so a question is all that an agent says.</remarks>
    private static IAsyncEnumerable<string> SayAsync(
        SampleAgents agents, SampleAgent agent, IReadOnlyList<AgentMessage> messages, CancellationToken cancellationToken)
        => agents.AnswerAsync(agent, messages, cancellationToken)
            .Select(piece => piece switch { TextPiece text => text.Text, AskPiece ask => ask.Question, _ => "" })
            .Where(text => text is not "");

    private static object Cost(IReadOnlyList<AgentMessage> messages, StringBuilder text)
    {
        var usage = Usage.Of(messages, text.ToString());

        return new { PromptTokens = usage.InputTokens, CompletionTokens = usage.OutputTokens, usage.TotalTokens };
    }
}
