using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace McpProxy.Api.Redis;

/// <summary>
/// Reaches Redis over a socket. A connection that is lost is replaced by a new one instead of waiting for the library's own attempts,
/// since only a new one tells why Redis can't be reached or refuses.
/// </summary>
internal sealed class StackExchangeRedisClient(IOptions<ConfigurationOptions> options) : IRedisClient, IAsyncDisposable
{
    private static readonly TimeSpan _timeToSpeak = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _timeToTell = TimeSpan.FromSeconds(2);

    private readonly ConfigurationOptions _options = options.Value;
    private readonly RedisErrors _errors = new("Redis", "ConnectionStrings__redis", "ConnectionStrings__redis");
    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private volatile ConnectionMultiplexer? _subscribed;

    /// <summary>Whether announcements arrive, or will as soon as the library has subscribed again.</summary>
    public bool IsSubscribed => _subscribed is { } connection && connection == Connection;

    private ConnectionMultiplexer? Connection => _connecting is { IsCompletedSuccessfully: true, Result: { IsConnected: true } connection } ? connection : null;

    public async Task<string[]> EvaluateAsync(RedisScript script, string[] keys, string[] arguments, CancellationToken cancellationToken)
    {
        var database = (await ConnectAsync(cancellationToken)).GetDatabase();
        try
        {
            // Redis forgets scripts that it was only told the name of when it is restarted.
            var result = await database
                .ScriptEvaluateAsync(
                    script.Text,
                    Array.ConvertAll(keys, key => (RedisKey)key),
                    Array.ConvertAll(arguments, text => (RedisValue)text),
                    CommandFlags.NoScriptCache)
                .WaitAsync(cancellationToken);

            return [.. ((string?[]?)result ?? []).Select(text => text ?? "")];
        }
        catch (Exception exception) when (Failure(exception) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Reports every change that a replica announces, and every lost connection, since changes may be missed meanwhile.</summary>
    /// <exception cref="BackendException">Redis can't be reached, or does not allow it.</exception>
    public async Task SubscribeAsync(string channelName, Action onChange, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        var (subscriber, channel) = (connection.GetSubscriber(), RedisChannel.Literal(channelName));
        Action<RedisChannel, RedisValue> handler = (_, _) => onChange();
        try
        {
            await subscriber.SubscribeAsync(channel, handler).WaitAsync(cancellationToken);

            // Once for each connection: what was refused is tried again and again.
            connection.ConnectionFailed += (_, _) => onChange();
            connection.ConnectionRestored += (_, _) => onChange();
            _subscribed = connection;
        }
        catch (Exception exception) when (Failure(exception) is { } failure)
        {
            // The library keeps the handler of a subscription that was refused.
            subscriber.Unsubscribe(channel, handler, CommandFlags.FireAndForget);
            throw failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connecting is { IsCompletedSuccessfully: true, Result: var connection })
        {
            await connection.DisposeAsync();
        }
    }

    private Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_connecting is null or { IsCompleted: true } && Connection is null)
            {
                _connecting = ReplaceAsync(_connecting);
            }

            return _connecting!.WaitAsync(cancellationToken);
        }
    }

    private async Task<ConnectionMultiplexer> ReplaceAsync(Task<ConnectionMultiplexer>? former)
    {
        // Not in the caller's lock.
        await Task.Yield();
        if (former is { IsCompletedSuccessfully: true, Result: var lost })
        {
            await lost.DisposeAsync();
        }

        ConnectionMultiplexer? connection = null;
        try
        {
            connection = await ConnectionMultiplexer.ConnectAsync(_options);
            if (!connection.IsConnected)
            {
                // Fails at once, and says why.
                await connection.GetDatabase().PingAsync();
            }

            return connection;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            throw Refusal(exception) ?? await AskAsync() ?? _errors.Unreachable(exception);
        }
    }

    private BackendException? Failure(Exception exception) => exception switch
    {
        TimeoutException => _errors.TimedOut(TimeSpan.FromMilliseconds(_options.AsyncTimeout), exception),
        RedisConnectionException { CommandStatus: CommandStatus.WaitingToBeSent } => Refusal(exception) ?? _errors.Unreachable(exception),
        RedisConnectionException => _errors.Interrupted(exception),
        RedisServerException => _errors.Refusal(exception.Message),

        // The library refuses by itself what a cluster would refuse.
        RedisCommandException when exception.Message.Contains("slot", StringComparison.Ordinal) => _errors.Refusal("CROSSSLOT"),
        RedisCommandException or ObjectDisposedException => _errors.Unreachable(exception),
        _ => null,
    };

    /// <returns>What Redis answered to the greeting of a new connection, if it answered.</returns>
    private BackendException? Refusal(Exception exception)
        => Causes(exception).Select(cause => cause is AuthenticationException
            ? new(BackendError.Misconfigured, "tls", "The TLS connection to Redis failed. Trust its certificate, or check ssl in "
                + "ConnectionStrings__redis.", exception)
            : _errors.Known(Told(cause.Message))).FirstOrDefault(refusal => refusal is not null);

    /// <summary>The library goes on after a wrong password, so that Redis asks for one in the end although it was given one.</summary>
    private string Told(string reply) => _options.Password is null ? reply : reply.Replace("NOAUTH", "WRONGPASS", StringComparison.Ordinal);

    /// <summary>
    /// Connects once more to learn what the library does not tell, or not always: that the certificate or the password is not right, or what a Redis that
    /// accepts no client (protected mode, too many clients) says unasked before it closes.
    /// </summary>
    private async Task<BackendException?> AskAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            using var client = new TcpClient();
            var (host, port) = _options.EndPoints[0] switch
            {
                IPEndPoint address => ($"{address.Address}", address.Port),
                DnsEndPoint name => (name.Host, name.Port),
                _ => throw new NotSupportedException(),
            };
            await client.ConnectAsync(host, port, timeout.Token);
            timeout.CancelAfter(_timeToTell);
            if (_options.Ssl)
            {
                await using var secure = new SslStream(client.GetStream());
                await secure.AuthenticateAsClientAsync(new() { TargetHost = _options.SslHost ?? host }, timeout.Token);

                return await ReadRefusalAsync(secure, timeout.Token);
            }

            return await ReadRefusalAsync(client.GetStream(), timeout.Token);
        }
        catch (AuthenticationException exception)
        {
            return Refusal(exception);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Listens first: a question would make a Redis that is about to close take back what it says unasked.</summary>
    private async Task<BackendException?> ReadRefusalAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var heard = reader.ReadLineAsync(cancellationToken).AsTask();
        if (await Task.WhenAny(heard, Task.Delay(_timeToSpeak, cancellationToken)) == heard)
        {
            return await heard is ['-', .. var greeting] ? _errors.Refusal(greeting) : null;
        }

        string[] signIn = _options.Password is not { } password ? [] : _options.User is { } user ? ["AUTH", user, password] : ["AUTH", password];
        await stream.WriteAsync(Encoding.UTF8.GetBytes(Command(signIn) + Command("PING")), cancellationToken);

        for (var line = await heard; line is not (null or "+PONG"); line = await reader.ReadLineAsync(cancellationToken))
        {
            if (_errors.Known(Told(line)) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static string Command(params string[] words) => words is []
        ? ""
        : $"*{words.Length}\r\n{string.Concat(words.Select(word => $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n"))}";

    private static IEnumerable<Exception> Causes(Exception exception)
        => exception is AggregateException all
            ? all.InnerExceptions.SelectMany(Causes)
            : exception.InnerException is { } inner ? Causes(inner).Prepend(exception) : [exception];
}
