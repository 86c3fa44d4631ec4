using System.Security.Authentication;
using StackExchange.Redis;

namespace McpProxy.Api.Connections.Redis;

/// <summary>Reaches Redis over a socket.</summary>
internal sealed class StackExchangeRedisClient(IServiceProvider services, RedisKeys keys) : IRedisClient
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly RedisErrors _errors = new("Redis", "ConnectionStrings__redis", "ConnectionStrings__redis");
    private readonly Lock _gate = new();
    private Task<IConnectionMultiplexer>? _connecting;
    private readonly RedisChannel _channel = new(keys.Channel, RedisChannel.PatternMode.Literal);
    private volatile BackendException? _refusal;
    private bool _isObserved;
    private volatile bool _isStale;

    /// <summary>Whether announcements arrive. A subscription may be lost with its connection.</summary>
    public bool IsSubscribed => !_isStale && _connecting is { IsCompletedSuccessfully: true, Result: var connection } && connection.GetSubscriber().SubscribedEndpoint(_channel) is not null;

    public async Task<string[]> EvaluateAsync(RedisScript script, string[] keys, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            var database = (await ConnectedAsync(cancellationToken)).GetDatabase();
            var names = Array.ConvertAll(keys, key => (RedisKey)key);
            var values = Array.ConvertAll(arguments, argument => (RedisValue)argument);

            // On a server that is frozen the library itself may wait for ever. A script that Redis was told only the name of is unknown after it was restarted.
            var result = (string?[]?)await database.ScriptEvaluateAsync(script.Text, names, values, CommandFlags.NoScriptCache).WaitAsync(Timeout, cancellationToken);
            _refusal = null;

            return result is null ? [] : [.. result.Select(text => text ?? "")];
        }
        catch (Exception exception) when (Failure(exception) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Tells of every change that a replica announces, and of every connection that is lost or made, since changes may be missed between these.</summary>
    /// <exception cref="BackendException">Redis can't be reached, or does not allow it.</exception>
    public async Task SubscribeAsync(Action onChange, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await ConnectedAsync(cancellationToken);
            var subscriber = connection.GetSubscriber();
            _isStale = false;
            if (_isObserved)
            {
                // What the library holds for a subscription, Redis may have forgotten with the connection.
                await subscriber.UnsubscribeAsync(_channel).WaitAsync(Timeout, cancellationToken);
            }
            else
            {
                connection.ConnectionFailed += (_, _) => onChange();
                connection.ConnectionRestored += (_, _) =>
                {
                    _isStale = true;
                    onChange();
                };
                _isObserved = true;
            }

            await subscriber.SubscribeAsync(_channel, (_, _) => onChange()).WaitAsync(Timeout, cancellationToken);
        }
        catch (Exception exception) when (Failure(exception) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<IConnectionMultiplexer> ConnectedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await ConnectAsync().WaitAsync(Timeout, cancellationToken);
            if (!connection.IsConnected)
            {
                // It fails and says why. Anything else could be kept by the library, and be sent when nobody expects it any more.
                await connection.GetDatabase().PingAsync().WaitAsync(Timeout, cancellationToken);
            }

            return connection;
        }
        catch (TimeoutException exception)
        {
            throw Unreachable(exception);
        }
    }

    /// <summary>Connecting blocks, so it is done once, elsewhere, and begun when it is first needed.</summary>
    private Task<IConnectionMultiplexer> ConnectAsync()
    {
        lock (_gate)
        {
            if (_connecting is null or { IsFaulted: true })
            {
                _connecting = Task.Run(services.GetRequiredService<IConnectionMultiplexer>);
            }

            return _connecting;
        }
    }

    private BackendException? Failure(Exception exception) => exception switch
    {
        TimeoutException => _errors.TimedOut(Timeout, exception),
        RedisConnectionException when Causes(exception).Any(cause => cause is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } or AuthenticationException)
            => _refusal = new(BackendError.Misconfigured, "auth", "Redis refuses the credentials or the TLS connection. Check password and ssl in ConnectionStrings__redis.", exception),
        RedisConnectionException { CommandStatus: CommandStatus.WaitingToBeSent } => Unreachable(exception),
        RedisConnectionException => _errors.Interrupted(exception),
        RedisServerException => _errors.Refusal(exception.Message),

        // The library refuses by itself what a cluster would refuse.
        RedisCommandException when exception.Message.Contains("slot", StringComparison.Ordinal) => _errors.Refusal("CROSSSLOT"),
        RedisCommandException or ObjectDisposedException => Unreachable(exception),
        _ => null,
    };

    /// <summary>Between two attempts the library only knows that it has no connection. Why is what Redis said last.</summary>
    private BackendException Unreachable(Exception exception) => _refusal ?? _errors.Unreachable(exception);

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
