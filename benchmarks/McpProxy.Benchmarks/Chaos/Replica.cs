using System.Text.Json;

namespace McpProxy.Benchmarks.Chaos;

/// <summary>One of the proxies, which can be killed, told to stop, and started again.</summary>
internal sealed class Replica(string[] settings) : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly List<string> _errors = [];
    private StartedProxy? _proxy;
    private volatile Uri? _endpoint;

    /// <summary>Where it is, while it is there.</summary>
    public Uri? Endpoint => _endpoint;

    /// <summary>What it has logged as an error, which nothing should be.</summary>
    public IReadOnlyList<string> Errors => [.. _errors, .. Logged()];

    public async Task StartAsync()
    {
        _proxy = await StartedProxy.StartAsync(settings);
        _endpoint = _proxy.Endpoint;
    }

    public async Task KillAsync()
    {
        _endpoint = null;
        await _proxy!.Program.KillAsync();
        _errors.AddRange(Logged());
        await _proxy.DisposeAsync();
    }

    /// <returns>Whether it ended as it should.</returns>
    public async Task<bool> StopAsync()
    {
        _endpoint = null;
        await _proxy!.Program.SignalAsync("TERM");
        var isOrderly = await _proxy.Program.ExitCodeAsync(_patience) is 0;
        _errors.AddRange(Logged());
        await _proxy.DisposeAsync();

        return isOrderly;
    }

    public Task FreezeAsync() => _proxy!.Program.SignalAsync("STOP");

    public Task ThawAsync() => _proxy!.Program.SignalAsync("CONT");

    /// <returns>What it says of its health.</returns>
    public async Task<string> HealthAsync()
    {
        using var http = new HttpClient();
        try
        {
            using var answer = await http.GetAsync(new Uri(_endpoint!, "/health"));

            return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).Get("status").GetString()!;
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>What its process holds now.</summary>
    public Footprint Measure() => Footprint.Of(_proxy!.Program);

    public ValueTask DisposeAsync() => _proxy?.DisposeAsync() ?? default;

    private IEnumerable<string> Logged() => _proxy is null ? [] : SevereLog.In(_proxy.Program);
}
