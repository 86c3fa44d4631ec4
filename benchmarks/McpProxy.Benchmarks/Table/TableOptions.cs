using System.Globalization;

namespace McpProxy.Benchmarks.Table;

/// <summary>What is measured, and for how long.</summary>
internal sealed record TableOptions
{
    private const string Usage = "[--proxy PATH[=name]]... [--peer URL[=name]]... [--seconds N] [--rounds N] [--rate N] [--stub-port N] [--only part,part]";

    public IReadOnlyList<ProxyBuild> Proxies { get; private init; } = [];

    /// <summary>Other MCP endpoints with a <c>callAgent</c>, by what the table calls them.</summary>
    public IReadOnlyList<(Uri Url, string Name)> Peers { get; private init; } = [];

    /// <summary>Calls a second that begin whether or not those before were answered; none if it is 0.</summary>
    public int Rate { get; private init; }

    /// <summary>For how long each thing is measured in each round.</summary>
    public TimeSpan Time { get; private init; } = TimeSpan.FromSeconds(5);

    public int Rounds { get; private init; } = 3;

    /// <summary>The port of the agent servers; a free one if it is 0.</summary>
    public int StubPort { get; private init; }

    /// <summary>The parts of the table that are measured; all if there are none.</summary>
    public IReadOnlyList<string> Only { get; private init; } = [];

    public bool Includes(string part) => Only is [] || Only.Contains(part);

    /// <returns><see langword="null"/> if they can't be read.</returns>
    public static TableOptions? Parse(string[] args, out string mistake)
    {
        var options = new TableOptions();
        mistake = "";
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = args.ElementAtOrDefault(i + 1) ?? "";
            var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
            switch (args[i])
            {
                case "--proxy" when Named(value) is var (path, name) && File.Exists(path):
                    options = options with { Proxies = [.. options.Proxies, new(Path.GetFullPath(path), name)] };
                    break;
                case "--peer" when Named(value) is var (url, name) && Uri.TryCreate(url, UriKind.Absolute, out var peer) && peer.Scheme is "http":
                    options = options with { Peers = [.. options.Peers, (peer, name)] };
                    break;
                case "--rate" when isNumber:
                    options = options with { Rate = number };
                    break;
                case "--seconds" when isNumber:
                    options = options with { Time = TimeSpan.FromSeconds(number) };
                    break;
                case "--rounds" when isNumber:
                    options = options with { Rounds = number };
                    break;
                case "--stub-port" when isNumber:
                    options = options with { StubPort = number };
                    break;
                case "--only" when value is not "":
                    options = options with { Only = value.Split(',') };
                    break;
                default:
                    mistake = $"'{args[i]} {value}' can't be read, or there is no such file. The table takes {Usage}.";

                    return null;
            }
        }

        return options.Proxies is [] ? options with { Proxies = [new(ProxyProgram.Path, "proxy")] } : options;
    }

    private static (string Value, string Name) Named(string value)
        => value.Split('=', 2) is [var left, var right] ? (left, right) : (value, value.Split('/')[^1]);
}
