using McpProxy.Api.Mcp.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OpenTelemetry.Trace;

namespace McpProxy.Api.Mcp;

/// <summary>
/// Turns a <see cref="ProxyException"/> into a result the model can read and act on. Anything else is a bug: the SDK tells the client only that the
/// tool failed. Each is logged here once; the SDK would log it several times, with a stack trace and whatever the caller wrote as a tool's name.
/// </summary>
internal static partial class ToolErrors
{
    public static IMcpServerBuilder WithToolErrors(this IMcpServerBuilder builder)
    {
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor<ToolErrorSpanFilter>());

        return builder.WithRequestFilters(filters => filters.AddCallToolFilter(next => async (request, cancellationToken) =>
        {
            var audit = new ToolAudit(request);
            try
            {
                ToolArguments.Check(request);
                var result = await next(request, cancellationToken);
                audit.Record(result);

                return result;
            }
            catch (ProxyException exception)
            {
                audit.Record(exception);

                return ToolResult.Of(exception);
            }
            catch (McpProtocolException exception)
            {
                audit.Record(exception);
                throw;
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or InputRequiredException))
            {
                audit.Record(exception);
                LogToolFailed(request.Services!.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ToolErrors)), request.Params.Name, exception);
                throw;
            }
        }));
    }

    [LoggerMessage(LogLevel.Error, "Tool {ToolName} failed unexpectedly.")]
    private static partial void LogToolFailed(ILogger logger, string toolName, Exception exception);
}
