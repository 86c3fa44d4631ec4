using System.Globalization;

namespace McpProxy.Testing.Redis;

/// <summary>A real redis-server of our own, which can be killed, frozen and started again on the same port.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    public const string NotInstalled = "There is no redis-server on the PATH: ./test.sh installs it.";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-proxy-redis-");
    private readonly string[] _arguments;
    private RunningProgram? _program;

    private RedisServer(string[] arguments) => _arguments = arguments;

    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    public int Port { get; } = FreePort.Next();

    public string Address => $"127.0.0.1:{Port}";

    /// <param name="arguments">Further settings, as redis-server takes them behind its name.</param>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = Prepare(arguments);
        await server.StartAgainAsync();

        return server;
    }

    /// <summary>Knows its port, but has not been started.</summary>
    public static RedisServer Prepare(params string[] arguments)
    {
        Assert.SkipUnless(IsInstalled, NotInstalled);

        return new(arguments);
    }

    /// <summary>Starts the server, with the data that it saved.</summary>
    public async Task StartAgainAsync()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        string[] settings = ["--port", port, "--bind", "127.0.0.1", "--dir", _folder.FullName, "--save", "", "--appendonly", "yes", "--appendfsync", "always"];
        _program = new(new Command(["redis-server", .. settings, .. _arguments]).Start());
        using var patience = new CancellationTokenSource(_patience);
        while (!await AnswersAsync(patience.Token))
        {
            Assert.False(_program.HasEnded, _program.Output);
            await Task.Delay(20, patience.Token);
        }
    }

    public Task KillAsync() => _program!.KillAsync();

    public Task FreezeAsync() => _program!.SignalAsync("STOP");

    public Task ThawAsync() => _program!.SignalAsync("CONT");

    /// <summary>Runs one command on a connection of its own.</summary>
    public async Task<object?> ExecuteAsync(params string[] command)
    {
        await using var connection = await RespConnection.OpenAsync(Port, TestContext.Current.CancellationToken);

        return await connection.SendAsync(command, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await (_program?.DisposeAsync() ?? default);
        _folder.Delete(recursive: true);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await RespConnection.OpenAsync(Port, cancellationToken);

            // A server that asks for a password answers, too.
            return await connection.SendAsync(["PING"], cancellationToken) is not RespError { Message: var message }
                || !message.StartsWith("LOADING", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or IOException)
        {
            return false;
        }
    }
}
