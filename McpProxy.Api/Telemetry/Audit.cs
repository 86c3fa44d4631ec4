using System.Diagnostics;

namespace McpProxy.Api.Telemetry;

/// <summary>One line for each thing that somebody did or tried, under a category of its own. Never what was said.</summary>
internal sealed partial class Audit(ILoggerFactory loggers)
{
    private const int MaxText = 200;

    private readonly ILogger _logger = loggers.CreateLogger("McpProxy.Audit");

    public void Record(AuditEntry entry)
    {
        if (!_logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        var (caller, role) = entry.Caller is { } known ? (RemoteText.Clean(known.Id, MaxText) ?? "anyone", $"{known.Role}") : ("unknown", "None");
        var (target, kind) = (RemoteText.Clean(entry.Target, MaxText), entry.Kind is null ? "" : $" ({entry.Kind})");
        var (milliseconds, trace) = ((long)entry.Time.TotalMilliseconds, Activity.Current?.TraceId.ToHexString() ?? "-");
        if (entry is { InputTokens: { } input, OutputTokens: { } output })
        {
            LogCostly(entry.Action, target, caller, role, entry.Outcome, kind, milliseconds, entry.Bytes, input, output, trace);
        }
        else
        {
            Log(entry.Action, target, caller, role, entry.Outcome, kind, milliseconds, entry.Bytes, trace);
        }
    }

    [LoggerMessage(
        LogLevel.Information,
        "{Action} {Target} for {Caller} ({Role}): {Outcome}{Kind} after {Milliseconds} ms, {Bytes} bytes, trace {TraceId}.")]
    private partial void Log(
        string action, string? target, string caller, string role, string outcome, string kind, long milliseconds, long bytes, string traceId);

    [LoggerMessage(
        LogLevel.Information,
        "{Action} {Target} for {Caller} ({Role}): {Outcome}{Kind} after {Milliseconds} ms, {Bytes} bytes, {InputTokens} tokens in, {OutputTokens} out, "
        + "trace {TraceId}.")]
    private partial void LogCostly(
        string action, string? target, string caller, string role, string outcome, string kind, long milliseconds, long bytes, long inputTokens,
        long outputTokens, string traceId);
}

/// <param name="Action">What somebody did or tried.</param>
/// <param name="Caller">Who, if that is known.</param>
/// <param name="Target">To what.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Kind">What kind of failure, if it failed.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Bytes">How much was answered.</param>
/// <param name="InputTokens">How many tokens the agent's model read, if it says so.</param>
/// <param name="OutputTokens">How many it wrote.</param>
internal sealed record AuditEntry(
    string Action,
    Caller? Caller,
    string? Target,
    string Outcome,
    ErrorKind? Kind = null,
    TimeSpan Time = default,
    long Bytes = 0,
    long? InputTokens = null,
    long? OutputTokens = null);
