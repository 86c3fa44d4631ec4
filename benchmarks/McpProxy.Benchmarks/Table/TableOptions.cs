using System.Globalization;

namespace McpProxy.Benchmarks.Table;

/// <summary>What is measured, and for how long.</summary>
internal sealed record TableOptions
{
    private const string Usage = "[--proxy PATH[=name]]... [--peer URL[=name]]... [--seconds N] [--rounds N] [--rate N] [--stub-port N] [--only part,part]";

    public IReadOnlyList<ProxyBuild> Proxies { get; private init; } = [];

    /// <summary>For how long each thing is measured in each round.</summary>
    public TimeSpan Time { get; private init; } = TimeSpan.FromSeconds(5);

    public int Rounds { get; private init; } = 3;

    /// <summary>The port of the agent servers; a free one if it is 0.</summary>
    public int StubPort { get; private init; }

    private string[]? Only { get; init; }

    public bool Includes(string part) => Only?.Contains(part) is not false;

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
                    mistake = $"'{args[i]} {value}' can't be read, or there is no such file. The table takes {Usage}";

                    return null;
            }
        }

        return options.Proxies is [] ? options with { Proxies = [new(ProxyProgram.Path, "proxy")] } : options;
    }

    private static (string Value, string Name) Named(string value)
        => value.Split('=', 2) is [var left, var right] ? (left, right) : (value, Path.GetFileName(value));
}
