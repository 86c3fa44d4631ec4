using McpProxy.Api.Mcp.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OpenTelemetry.Trace;

namespace McpProxy.Api.Mcp;

/// <summary>
/// Turns a <see cref="ProxyException"/> into a result the model can read and act on. Anything else is a bug: the SDK tells the client only that the
/// tool failed. Each is logged here once; the SDK would log it several times, with a stack trace and whatever the caller wrote as a tool's name.
/// </summary>
internal static partial class ToolErrors
{
    private const int MaxNameLength = 100;
    private const int MaxReasonLength = 1000;

    public static IMcpServerBuilder WithToolErrors(this IMcpServerBuilder builder)
    {
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor<ToolErrorSpanFilter>());

        return builder.WithRequestFilters(filters => filters.AddCallToolFilter(next => async (request, cancellationToken) =>
        {
            try
            {
                ToolArguments.Check(request);

                return await next(request, cancellationToken);
            }
            catch (ProxyException exception)
            {
                LogRefused(request, exception.Message);

                return ToolResult.Of(new ErrorResult(ErrorDetail.From(exception)), exception.Message, isError: true);
            }
            catch (McpProtocolException exception)
            {
                LogRefused(request, exception.Message);
                throw;
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or InputRequiredException))
            {
                LogToolFailed(LoggerFor(request), request.Params.Name, exception);
                throw;
            }
        }));
    }

    private static ILogger LoggerFor(RequestContext<CallToolRequestParams> request)
        => request.Services!.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ToolErrors));

    /// <summary>The tool's name and much of the reason come from the caller: cleaned and cut before they are logged.</summary>
    private static void LogRefused(RequestContext<CallToolRequestParams> request, string reason)
        => LogToolRefused(LoggerFor(request), RemoteText.Clean(request.Params.Name, MaxNameLength), RemoteText.Clean(reason, MaxReasonLength));

    [LoggerMessage(LogLevel.Information, "Tool {ToolName} could not do as asked: {Reason}")]
    private static partial void LogToolRefused(ILogger logger, string? toolName, string? reason);

    [LoggerMessage(LogLevel.Error, "Tool {ToolName} failed unexpectedly.")]
    private static partial void LogToolFailed(ILogger logger, string toolName, Exception exception);
}
