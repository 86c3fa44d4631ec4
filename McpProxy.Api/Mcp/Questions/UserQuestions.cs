using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Connections;
using McpProxy.Api.Runs;
using Microsoft.AspNetCore.DataProtection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp.Questions;

/// <summary>
/// Puts what an agent stopped to ask to the client's user, where the client can: the call ends with a form, and the client makes it again with the form
/// filled in. Nothing is kept until then. What has to be known travels with the form, encrypted, and any replica can read it.
/// </summary>
internal sealed partial class UserQuestions(
    [FromKeyedServices(ConnectionsExtensions.Keys)] IDataProtectionProvider keys,
    IPinStore pins,
    RunOptions runs,
    ConnectionOptions connections,
    TimeProvider time,
    ILogger<UserQuestions> logger)
{
    private const string Key = "answer";

    private readonly IDataProtector _protector = keys.CreateProtector("McpProxy.Questions.v1");

    /// <returns>Whether the client can ask its user.</returns>
    public static bool CanAsk(ClientCapabilities? client) => client?.Elicitation?.Form is not null;

    /// <returns>That an agent still waits, since the user did not want to answer.</returns>
    public static CallOutcome Declined(string? threadId)
    {
        var text = $"The user did not answer what the agent asked. The agent was told nothing and still waits: to answer later, call callAgent with threadId "
            + $"{threadId} and the answer as resume.";

        return new CallOutcome.Answered(new(text, text, threadId));
    }

    /// <summary>Lets the client ask what the agent asked. If it can't, this does nothing.</summary>
    /// <exception cref="InputRequiredException">Becomes the answer to the call.</exception>
    public void Ask(RequestContext<CallToolRequestParams> request, AgentRun run)
    {
        if (run.Outcome is not CallOutcome.Interrupted { Reply: { Question: { } question, ThreadId: { } threadId } }
            || !request.Server.IsMrtrSupported
            || !CanAsk(request.Server.ClientCapabilities))
        {
            return;
        }

        var (form, text) = (new AnswerForm(question.Schema), AnswerForm.Clean(question.Text));
        var expires = time.GetUtcNow() + (runs.Expiry < connections.PinExpiry ? runs.Expiry : connections.PinExpiry);
        var state = new QuestionState(
            Guid.NewGuid().ToString("N"), run.Facts.ServerUrl, run.Facts.AgentId, threadId, text, expires, run.Facts.Owner, form.Schema);
        string closed;
        try
        {
            closed = _protector.Protect(JsonSerializer.Serialize(state, QuestionJsonContext.Default.QuestionState));
        }
        catch (CryptographicException exception)
        {
            LogNotAsked(exception);

            return;
        }

        throw new InputRequiredException(form.ToRequests(Key, run.Facts.QualifiedId, text), closed);
    }

    /// <summary>Reads the answer with which a call is made again.</summary>
    /// <returns><see langword="null"/> if the call is not made again.</returns>
    /// <exception cref="ProxyException">It is no answer to a question that waits for one.</exception>
    /// <exception cref="InputRequiredException">There is no answer in it: the question is asked again.</exception>
    public async Task<UserAnswer?> ReadAsync(
        RequestContext<CallToolRequestParams> request, ResolvedAgent agent, Caller caller, CancellationToken cancellationToken)
    {
        if (request.Params.RequestState is not { } closed)
        {
            return request.Params.InputResponses?.ContainsKey(Key) is true ? throw NotOurs(null) : null;
        }

        var state = Open(closed);
        if (state.Owner != caller.Id || state.ServerUrl != agent.Server.Url.ToString() || state.AgentId != agent.AgentId)
        {
            throw NotOurs(null);
        }

        if (state.Expires <= time.GetUtcNow())
        {
            throw Refused($"the question was asked too long ago. {Otherwise(state)}");
        }

        var form = new AnswerForm(state.Schema);
        if (request.Params.InputResponses?.TryGetValue(Key, out var response) is not true)
        {
            throw new InputRequiredException(form.ToRequests(Key, agent.QualifiedId, state.Text), closed);
        }

        if (Read(response!) is not { IsAccepted: true } filled)
        {
            return new(state.ThreadId, null);
        }

        var answer = form.Read(filled.Content);
        await ClaimAsync(state, cancellationToken);

        return new(state.ThreadId, answer);
    }

    /// <returns>What a client sent in answer to a form.</returns>
    /// <exception cref="ProxyException">It is no answer to a form.</exception>
    private static ElicitResult Read(InputResponse response)
    {
        try
        {
            return response.Deserialize(InputResponse.ElicitResultJsonTypeInfo) ?? throw new JsonException();
        }
        catch (JsonException exception)
        {
            throw new ProxyException(
                ErrorKind.InvalidArgument,
                "The agent was not sent the answer: it must be the result of elicitation/create, with action and content. Correct it and send it again.",
                exception);
        }
    }

    /// <exception cref="ProxyException">Another answer was first.</exception>
    private async Task ClaimAsync(QuestionState state, CancellationToken cancellationToken)
    {
        var claim = Guid.NewGuid().ToString("N");
        string first;
        try
        {
            first = await pins.PinAsync($"question {state.Id}", claim, cancellationToken);
        }
        catch (ProxyException exception)
        {
            throw Unavailable(exception);
        }

        if (first != claim)
        {
            throw Refused($"the question was answered before. {Otherwise(state)}");
        }
    }

    private QuestionState Open(string closed)
    {
        try
        {
            return JsonSerializer.Deserialize(_protector.Unprotect(closed), QuestionJsonContext.Default.QuestionState)!;
        }
        catch (CryptographicException exception) when (exception.InnerException is ProxyException unavailable)
        {
            throw Unavailable(unavailable);
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException)
        {
            throw NotOurs(exception);
        }
    }

    private static string Otherwise(QuestionState state)
        => $"If the agent still waits, call callAgent with threadId {state.ThreadId} and the answer as resume.";

    private static ProxyException Unavailable(ProxyException exception)
        => new(exception.Kind, $"The agent was not sent the answer. {exception.Message}", exception);

    private static ProxyException NotOurs(Exception? exception)
        => Refused("the requestState is not one that this proxy gave you for this agent. Send it as you got it, or call the agent anew without it.", exception);

    private static ProxyException Refused(string why, Exception? exception = null)
        => new(ErrorKind.InvalidArgument, $"The agent was not sent the answer: {why}", exception);

    [LoggerMessage(LogLevel.Warning, "What an agent asked could not be made a question to the user, so the client's model was told instead.")]
    private partial void LogNotAsked(Exception exception);
}

/// <summary>What a user answered.</summary>
/// <param name="ThreadId">The conversation in which the agent waits.</param>
/// <param name="Answer">The answer, or <see langword="null"/> if they did not want to give one.</param>
internal sealed record UserAnswer(string ThreadId, JsonNode? Answer);
