using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Testing.Redis;

/// <summary>Upstash's REST interface, as far as its documentation tells, in front of a real redis-server. A double: it is not the real service.</summary>
internal sealed class UpstashServer : IAsyncDisposable
{
    public const string Token = "test-token";

    private static readonly string[] _unavailable = ["AUTH", "BLPOP", "DISCARD", "EXEC", "MULTI", "SUBSCRIBE", "WATCH"];

    private readonly ConcurrentBag<RespConnection> _idle = [];
    private readonly WebApplication _app = LocalServer.Build();
    private readonly int _redisPort;
    private long _requests;

    private UpstashServer(int redisPort)
    {
        _redisPort = redisPort;
        _app.Run(AnswerAsync);
    }

    public string Url => _app.Urls.First();

    /// <summary>How many requests have arrived.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>What it wants to be sent back, in place of a number.</summary>
    public string? SyncToken { get; set; }

    /// <summary>Answers in place of the server while it returns <see langword="true"/>. It gets what does the request's work.</summary>
    public Func<HttpContext, Func<Task>, Task<bool>>? Fault { get; set; }

    public static async Task<UpstashServer> StartAsync(RedisServer redis)
    {
        var server = new UpstashServer(redis.Port);
        await server._app.StartAsync(TestContext.Current.CancellationToken);

        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        foreach (var connection in _idle)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
        if (Fault is { } fault && await fault(context, () => RunAsync(context, body)))
        {
            return;
        }

        var (status, answer) = context.Request switch
        {
            { Headers.Authorization: var credentials } when credentials != $"Bearer {Token}" => (401, Error("WRONGPASS invalid or missing auth token")),
            { Method: not "POST" } => (405, Error("ERR method not allowed")),
            _ => await RunAsync(context, body),
        };
        context.Response.StatusCode = status;
        context.Response.Headers["upstash-sync-token"] = SyncToken ?? $"{Requests}";
        await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
    }

    private async Task<(int Status, JsonNode Answer)> RunAsync(HttpContext context, string body)
    {
        var isEncoded = context.Request.Headers["Upstash-Encoding"] == "base64";
        try
        {
            var commands = context.Request.Path.Value is "/" ? [Command(JsonNode.Parse(body))] : JsonNode.Parse(body)!.AsArray().Select(Command).ToArray();
            var connection = _idle.TryTake(out var idle) ? idle : await RespConnection.OpenAsync(_redisPort, context.RequestAborted);
            var answer = context.Request.Path.Value switch
            {
                "/" => (JsonNode)await ExecuteAsync(connection, commands[0], isEncoded),
                "/pipeline" => await ExecuteAsync(connection, commands, isEncoded),
                "/multi-exec" => await TransactAsync(connection, commands, isEncoded),
                _ => Error("ERR unknown path"),
            };
            _idle.Add(connection);

            return (answer is JsonObject && answer["error"] is not null ? 400 : 200, answer);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (400, Error("ERR failed to parse command"));
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            return (500, Error("ERR no database"));
        }
    }

    private static async Task<JsonArray> ExecuteAsync(RespConnection connection, string[][] commands, bool isEncoded)
    {
        var answers = new JsonArray();
        foreach (var command in commands)
        {
            answers.Add((JsonNode)await ExecuteAsync(connection, command, isEncoded));
        }

        return answers;
    }

    private static async Task<JsonNode> TransactAsync(RespConnection connection, string[][] commands, bool isEncoded)
    {
        await connection.SendAsync(["MULTI"], CancellationToken.None);
        foreach (var command in commands)
        {
            await connection.SendAsync(command, CancellationToken.None);
        }

        return await connection.SendAsync(["EXEC"], CancellationToken.None) is object?[] results
            ? new JsonArray([.. results.Select(result => Answer(result, isEncoded))])
            : Error("EXECABORT Transaction discarded because of previous errors.");
    }

    private static async Task<JsonObject> ExecuteAsync(RespConnection connection, string[] command, bool isEncoded)
        => _unavailable.Contains(command[0].ToUpperInvariant())
            ? Error($"ERR Command is not available: '{command[0]}'.")
            : Answer(await connection.SendAsync(command, CancellationToken.None), isEncoded);

    private static JsonObject Answer(object? reply, bool isEncoded)
        => reply is RespError { Message: var message } ? Error(message) : new() { ["result"] = reply is "OK" ? "OK" : Json(reply, isEncoded) };

    private static JsonNode? Json(object? reply, bool isEncoded) => reply switch
    {
        null => null,
        long number => number,
        object?[] items => new JsonArray([.. items.Select(item => Json(item, isEncoded))]),
        _ => isEncoded ? Convert.ToBase64String(Encoding.UTF8.GetBytes(reply.ToString()!)) : reply.ToString(),
    };

    private static string[] Command(JsonNode? words)
        => [.. words!.AsArray().Select(word => word is JsonValue value ? value.ToString() : throw new JsonException("A command consists of words."))];

    private static JsonObject Error(string message) => new() { ["error"] = message };
}
