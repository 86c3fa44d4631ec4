using System.IO.Pipelines;
using System.Text.Json;
using McpProxy.Api.Hosting;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Api.Mcp;

/// <summary>
/// Standard input and output. Unlike the SDK's own transport it also writes answers that are ready only after the input has ended: a script that pipes its
/// calls in wants to read them. Calls that take longer than there is time at the end are cut off and answered.
/// </summary>
internal sealed class StdioTransport : StreamServerTransport
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Stream _output = Console.OpenStandardOutput();

    public StdioTransport(OrderlyEnd end, ClientOptions options, IHostApplicationLifetime lifetime, ILoggerFactory loggerFactory)
        : base(OpenInput(), Stream.Null, ProxyInfo.Name, loggerFactory)
        => _ = CutAsync(end, options.ShutdownTime, lifetime.ApplicationStopping);

    public override async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage)));
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _output.WriteAsync((byte[])[.. json, (byte)'\n'], cancellationToken);
            await _output.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Reading standard input itself cannot be cancelled, and a process that is told to end must not wait for it.</summary>
    private static Stream OpenInput()
    {
        var pipe = new Pipe();
        _ = CopyAsync(pipe.Writer);

        return pipe.Reader.AsStream();
    }

    private static async Task CopyAsync(PipeWriter input)
    {
        try
        {
            await Console.OpenStandardInput().CopyToAsync(input);
        }
        finally
        {
            await input.CompleteAsync();
        }
    }

    private async Task CutAsync(OrderlyEnd end, TimeSpan limit, CancellationToken stopping)
    {
        await MessageReader.Completion;
        await Task.Delay(limit, stopping);
        await end.CutAsync();
    }
}
