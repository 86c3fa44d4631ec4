using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace McpProxy.Testing.Telemetry;

/// <summary>Keeps what is logged, exceptions included.</summary>
internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _entries = new();

    public string Everything => string.Join('\n', _entries.Append(Program?.Output));

    /// <summary>A program whose output counts as logged.</summary>
    public RunningProgram? Program { get; init; }

    public void Clear() => _entries.Clear();

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _entries.Enqueue($"{state}");

        return null;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _entries.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
