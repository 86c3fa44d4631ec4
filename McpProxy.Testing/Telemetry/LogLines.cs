using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace McpProxy.Testing.Telemetry;

/// <summary>Keeps what is logged, as <c>Level: message</c>.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Containing(string text) => [.. _lines.Where(line => line.Contains(text, StringComparison.Ordinal))];

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public void Dispose()
    {
    }
}
