using McpProxy.Api.AgentServers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Tools;

/// <summary>
/// Turns an <see cref="McpException"/> into a result the model can read and act on. Anything else is a bug: the SDK logs it as an error and tells
/// the client nothing but that the tool failed.
/// </summary>
internal static partial class ToolErrors
{
    public static IMcpServerBuilder WithToolErrors(this IMcpServerBuilder builder)
        => builder.WithRequestFilters(filters => filters.AddCallToolFilter(next => async (request, cancellationToken) =>
        {
            try
            {
                return ToolArguments.Problem(request) is { } problem ? Refuse(request, problem) : await next(request, cancellationToken);
            }
            catch (McpException exception) when (exception is not McpProtocolException)
            {
                return Refuse(request, exception.Message);
            }
        }));

    private static CallToolResult Refuse(RequestContext<CallToolRequestParams> request, string reason)
    {
        var logger = request.Services!.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ToolErrors));
        LogToolRefused(logger, RemoteText.Clean(request.Params!.Name, 100) ?? "", RemoteText.Clean(reason, 1000) ?? "");

        return new() { IsError = true, Content = [new TextContentBlock { Text = reason }] };
    }

    [LoggerMessage(LogLevel.Information, "Tool {ToolName} could not do as asked: {Reason}")]
    private static partial void LogToolRefused(ILogger logger, string toolName, string reason);
}
