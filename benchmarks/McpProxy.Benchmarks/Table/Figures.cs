namespace McpProxy.Benchmarks.Table;

/// <summary>What was measured: for each thing and each target the value of every round.</summary>
internal sealed class Figures
{
    private readonly List<Figure> _all = [];

    public IReadOnlyList<Figure> All => _all;

    /// <param name="what">What was measured.</param>
    /// <param name="unit">In what.</param>
    /// <param name="target">Of which build or endpoint.</param>
    /// <param name="value">What came out in this round.</param>
    public void Add(string what, string unit, string target, double value)
    {
        var figure = _all.Find(known => known.What == what && known.Unit == unit && known.Target == target);
        if (figure is null)
        {
            _all.Add(figure = new(what, unit, target, []));
        }

        figure.Rounds.Add(value);
    }
}

/// <summary>One thing that was measured of one target.</summary>
internal sealed record Figure(string What, string Unit, string Target, List<double> Rounds)
{
    public double Median
    {
        get
        {
            var sorted = Rounds.Order().ToList();

            return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        }
    }
}
