using System.Runtime.InteropServices;

namespace McpProxy.Api.Hosting;

/// <summary>Ends the process at once on a second Ctrl+C or SIGTERM: the first lets it end in order.</summary>
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
            // The exit codes that shells use for a program ended by a signal.
            Environment.Exit(context.Signal is PosixSignal.SIGINT ? 130 : 143);
        }
    }
}
