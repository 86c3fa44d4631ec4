using System.Runtime.InteropServices;

namespace McpProxy.Api.Hosting;

/// <summary>Whoever asks twice for the end does not want to wait for it.</summary>
internal sealed class SecondSignal : IDisposable
{
    private readonly PosixSignalRegistration[] _signals;
    private int _count;

    public SecondSignal()
        => _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];

    public void Dispose() => Array.ForEach(_signals, signal => signal.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        // The host stops in order on the first.
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1)
        {
            // As a shell tells of a program that a signal has ended.
            Environment.Exit(context.Signal is PosixSignal.SIGINT ? 130 : 143);
        }
    }
}
