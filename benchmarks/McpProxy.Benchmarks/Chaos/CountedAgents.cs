using System.Text.RegularExpressions;
using McpProxy.SampleAgentServer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Benchmarks.Chaos;

/// <summary>
/// The sample agents as a process that can be killed and frozen, and a file in which each call of them is written down before it is answered.
/// </summary>
internal sealed partial class CountedAgents : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Uri _url = new(FreePort.Url());
    private readonly string _file = Path.GetTempFileName();
    private RunningProgram? _program;

    private CountedAgents() => Relay = new(_url);

    /// <summary>What stands before it.</summary>
    public SlowRelay Relay { get; }

    public static string NewCall() => $"call-{Guid.NewGuid():N}";

    public static async Task<CountedAgents> StartAsync()
    {
        var agents = new CountedAgents();
        await agents.StartAgainAsync();

        return agents;
    }

    /// <summary>Runs in the process.</summary>
    /// <param name="url">Where it listens.</param>
    /// <param name="file">Where calls are written down.</param>
    public static async Task RunAsync(string url, string file)
    {
        var app = SampleApp.Build([$"--urls={url}", "--Logging:LogLevel:Default=None"]);
        var gate = new Lock();
        app.Use(async (context, next) =>
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                context.Request.EnableBuffering();
                var body = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
                context.Request.Body.Position = 0;
                if (Call().Match(body) is { Success: true, Value: var call })
                {
                    lock (gate)
                    {
                        File.AppendAllText(file, $"{call}\n");
                    }
                }
            }

            await next(context);
        });
        await app.RunAsync();
    }

    public async Task StartAgainAsync()
    {
        _program = new(new Command("dotnet", typeof(CountedAgents).Assembly.Location, "agents", $"{_url}", _file).Start());
        await _program.WaitForAnswerAsync(_url, _patience);
    }

    public Task KillAsync() => _program!.KillAsync();

    public Task FreezeAsync() => _program!.SignalAsync("STOP");

    public Task ThawAsync() => _program!.SignalAsync("CONT");

    /// <returns>Every call, as often as an agent was called with it.</returns>
    public Task<string[]> CallsAsync() => File.ReadAllLinesAsync(_file);

    public async ValueTask DisposeAsync()
    {
        await (_program?.DisposeAsync() ?? default);
        await Relay.DisposeAsync();
        File.Delete(_file);
    }

    [GeneratedRegex("call-[0-9a-f]{32}")]
    private static partial Regex Call();
}
