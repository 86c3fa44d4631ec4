using System.Diagnostics;
using McpProxy.Api.AgentServers;

namespace McpProxy.Api;

/// <summary>The names of what the proxy tells about itself, after OpenTelemetry's conventions for generative AI: all in this file.</summary>
internal static class Telemetry
{
    private static readonly ActivitySource Source = new("McpProxy");

    public static Activity? StartInvokeAgent(ResolvedAgent agent, AgentCall call)
    {
        var url = agent.Server.Url.Root;
        var span = Source.StartActivity($"invoke_agent {agent.AgentId}", ActivityKind.Client, default(ActivityContext), tags:
        [
            new("gen_ai.operation.name", "invoke_agent"),
            new("gen_ai.provider.name", agent.Server.Type),
            new("gen_ai.agent.id", agent.AgentId),
            new("gen_ai.agent.name", agent.AgentId),
            new("server.address", url.Host),
            new("server.port", url.Port),
            new("mcpproxy.server.name", agent.Server.Name),
            new("mcpproxy.server.type", agent.Server.Type),
        ]);
        span?.SetTag("gen_ai.conversation.id", call.ThreadId);

        return span;
    }

    public static void Record(Activity? span, AgentAnswer answer)
    {
        span?.SetTag("gen_ai.usage.input_tokens", answer.Reply.Usage?.InputTokens);
        span?.SetTag("gen_ai.usage.output_tokens", answer.Reply.Usage?.OutputTokens);
        if (answer.Failure is { } failure)
        {
            Record(span, failure);
        }
    }

    public static void Record(Activity? span, Exception exception)
    {
        var type = exception is AgentServerException { Error: var error } ? error.ToString() : exception.GetType().Name;
        span?.SetTag("error.type", type);
        span?.SetStatus(ActivityStatusCode.Error);
    }
}
