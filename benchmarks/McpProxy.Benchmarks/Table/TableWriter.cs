using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpProxy.Benchmarks.Table;

/// <summary>Writes what was measured: to standard output, and if it is all of the table, into benchmarks/results too.</summary>
internal static class TableWriter
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task WriteAsync(Machine machine, TableOptions options, IReadOnlyList<Figure> figures)
    {
        var date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var page = $"""
            # {date}

            {machine} Medians of {options.Rounds} rounds of {options.Time.TotalSeconds} s, of starts of seven; in brackets the ratio to the first column.

            {Markdown(figures)}
            """;
        Console.WriteLine(page);
        if (options.Only is [])
        {
            var folder = Directory.CreateDirectory(SourceTree.PathTo("benchmarks/results")).FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, $"{date}-table.md"), page);
            await File.WriteAllTextAsync(
                Path.Combine(folder, $"{date}-table.json"),
                JsonSerializer.Serialize(new { date, machine, seconds = options.Time.TotalSeconds, options.Rounds, figures }, _json) + "\n");
        }
    }

    private static string Markdown(IReadOnlyList<Figure> figures)
    {
        var targets = figures.Select(figure => figure.Target).Distinct().ToList();
        var lines = new StringBuilder($"| what | in | {string.Join(" | ", targets)} |\n|---|---|{string.Concat(targets.Select(_ => "--:|"))}\n");
        foreach (var row in figures.GroupBy(figure => figure.What).SelectMany(rows => rows.GroupBy(figure => (figure.What, figure.Unit))))
        {
            var first = row.FirstOrDefault(figure => figure.Target == targets[0]);
            var cells = targets.Select(target => Cell(row.FirstOrDefault(figure => figure.Target == target), first));
            lines.Append(CultureInfo.InvariantCulture, $"| {row.Key.What} | {row.Key.Unit} | {string.Join(" | ", cells)} |\n");
        }

        return lines.ToString();
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
