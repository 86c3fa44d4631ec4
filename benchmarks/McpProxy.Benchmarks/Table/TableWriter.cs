using System.Globalization;
using System.Text;

namespace McpProxy.Benchmarks.Table;

/// <summary>Writes what was measured.</summary>
internal static class TableWriter
{
    public static string Markdown(IReadOnlyList<Figure> figures)
    {
        var targets = figures.Select(figure => figure.Target).Distinct().ToList();
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"| what | | {string.Join(" | ", targets)} |");
        table.AppendLine(CultureInfo.InvariantCulture, $"|---|---|{string.Concat(targets.Select(_ => "--:|"))}");
        foreach (var row in figures.GroupBy(figure => (figure.What, figure.Unit)))
        {
            var first = row.FirstOrDefault(figure => figure.Target == targets[0]);
            var cells = targets.Select(target => Cell(row.FirstOrDefault(figure => figure.Target == target), first));
            table.AppendLine(CultureInfo.InvariantCulture, $"| {row.Key.What} | {row.Key.Unit} | {string.Join(" | ", cells)} |");
        }

        return table.ToString();
    }

    private static string Cell(Figure? figure, Figure? first)
    {
        if (figure is null)
        {
            return "";
        }

        var ratio = first is null || figure == first ? "" : string.Create(CultureInfo.InvariantCulture, $" ({figure.Median / first.Median:0.00}x)");

        return Number(figure.Median) + ratio;
    }

    private static string Number(double value) => value.ToString(value < 1 ? "0.000" : value < 100 ? "0.00" : "#,##0", CultureInfo.InvariantCulture);
}
