using System.Text.Json.Nodes;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Connections;
using McpProxy.Api.Outbound;

namespace McpProxy.Api.Dialects.OpenAI;

/// <summary>
/// Sends one call where its server takes it: to Responses, or to Chat Completions if it has only those. What is sent again was refused before it began
/// anything, and what a server does not take is remembered.
/// </summary>
internal sealed class OpenAISender(AgentHttpClient http, OpenAIServers servers, AgentServer server, AgentCall call, bool hasEntities)
{
    /// <summary>Whether what was sent last went to Chat Completions.</summary>
    public bool IsChat { get; private set; }

    /// <returns>Where the call goes on, which is a new conversation if it begins one and the server makes such.</returns>
    public async Task<OpenAIThread?> BeginAsync(CancellationToken cancellationToken)
    {
        if (!call.BeginsThread)
        {
            return OpenAIThread.Parse(call.ThreadId);
        }

        // Elsewhere the first response begins it.
        if (!hasEntities || servers.Get(server).KeepsNoConversations)
        {
            return null;
        }

        try
        {
            var request = ServerRequest.Post("v1/conversations", new() { ["metadata"] = new JsonObject { ["agent_id"] = call.AgentId } });
            using var response = await SendAsync(request, cancellationToken);
            var conversation = await response.ReadAsync(OpenAIJsonContext.Default.OpenAIConversation, cancellationToken);

            return OpenAIThread.Parse(conversation.Id ?? throw OpenAIErrors.NotOpenAI(server));
        }
        catch (ProxyException exception) when (OpenAIErrors.IsNoEndpoint(call, exception))
        {
            servers.Learn(server, known => known with { KeepsNoConversations = true });

            return null;
        }
    }

    public async Task<AgentResponse> SendAsync(OpenAIThread? thread, CancellationToken cancellationToken)
    {
        IsChat = servers.Get(server).HasOnlyChat;
        try
        {
            return IsChat ? await ChatAsync(cancellationToken) : await ResponsesAsync(thread, cancellationToken);
        }
        catch (ProxyException exception) when (!hasEntities && OpenAIErrors.IsNoEndpoint(call, exception))
        {
            IsChat = !IsChat;
            var response = await SendElsewhereAsync(thread, exception, cancellationToken);
            servers.Learn(server, known => known with { HasOnlyChat = IsChat });

            return response;
        }
        catch (ProxyException exception)
        {
            throw OpenAIErrors.Explain(server, call, exception);
        }
    }

    private async Task<AgentResponse> SendElsewhereAsync(OpenAIThread? thread, ProxyException first, CancellationToken cancellationToken)
    {
        try
        {
            return IsChat ? await ChatAsync(cancellationToken) : await ResponsesAsync(thread, cancellationToken);
        }
        catch (ProxyException exception)
        {
            throw OpenAIErrors.IsNoEndpoint(call, exception) ? OpenAIErrors.NoEndpoint(server, first) : OpenAIErrors.Explain(server, call, exception);
        }
    }

    private async Task<AgentResponse> ResponsesAsync(OpenAIThread? thread, CancellationToken cancellationToken)
    {
        // With entities every run goes on without its connection, which only one in the background can be told to end.
        var background = hasEntities || (call.IsBackground && !servers.Get(server).TakesNoBackground);
        try
        {
            return await SendAsync(Responses(background), cancellationToken);
        }
        catch (ProxyException exception) when (background && OpenAIErrors.IsRefused(exception, "background"))
        {
            var response = await SendAsync(Responses(background: false), cancellationToken);
            servers.Learn(server, known => known with { TakesNoBackground = true });

            return response;
        }

        ServerRequest Responses(bool background)
            => ServerRequest.Post(OpenAIAgents.Path(server, "responses"), OpenAIRequest.Responses(server, call, thread, hasEntities, background));
    }

    private async Task<AgentResponse> ChatAsync(CancellationToken cancellationToken)
    {
        if (call.Resume is not null)
        {
            throw OpenAIErrors.NoResume(server);
        }

        var wantsUsage = !servers.Get(server).TakesNoStreamOptions;
        try
        {
            return await SendAsync(Chat(wantsUsage), cancellationToken);
        }
        catch (ProxyException exception) when (wantsUsage && OpenAIErrors.IsRefused(exception, "stream_options"))
        {
            var response = await SendAsync(Chat(wantsUsage: false), cancellationToken);
            servers.Learn(server, known => known with { TakesNoStreamOptions = true });

            return response;
        }

        ServerRequest Chat(bool wantsUsage)
            => ServerRequest.Post(OpenAIAgents.Path(server, "chat/completions"), OpenAIRequest.Chat(server, call, wantsUsage));
    }

    private Task<AgentResponse> SendAsync(ServerRequest request, CancellationToken cancellationToken)
        => http.CallAsync(server, request, call.Caller, call.Hops + 1, call.Memory, cancellationToken);
}
