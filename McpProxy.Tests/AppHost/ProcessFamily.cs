using System.Diagnostics;
using System.Globalization;

namespace McpProxy.Tests.AppHost;

/// <summary>An AppHost and what it started, as Linux shows it in /proc. The orchestrator is not its child, but names it with <c>--monitor</c>.</summary>
internal sealed class ProcessFamily
{
    public static readonly ProcessFamily None = new([]);

    private readonly HashSet<Member> _members;

    private ProcessFamily(HashSet<Member> members) => _members = members;

    public IReadOnlyList<string> CommandLines => [.. _members.Select(member => member.CommandLine)];

    public static ProcessFamily Of(int root)
    {
        var all = Read();
        var found = all.Where(process => process.Id == root || process.Monitors == root).ToHashSet();
        for (var before = 0; before < found.Count;)
        {
            before = found.Count;
            var ids = found.Select(process => process.Id).ToHashSet();
            found.UnionWith(all.Where(process => ids.Contains(process.Parent)));
        }

        return new(found);
    }

    public ProcessFamily With(ProcessFamily other) => new([.. _members, .. other._members]);

    public async Task EndAsync(TimeSpan patience)
    {
        try
        {
            await Wait.UntilAsync(() => Task.FromResult(Left().Count is 0), patience);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Left are:\n{string.Join('\n', Left().Select(process => $"{process.Id} {process.CommandLine}"))}");
        }
    }

    public void Kill()
    {
        foreach (var member in Left())
        {
            try
            {
                using var process = Process.GetProcessById(member.Id);
                process.Kill();
            }
            catch (ArgumentException)
            {
                // The process has ended meanwhile.
            }
        }
    }

    /// <returns>Those that still run. An id that another process got since does not count.</returns>
    private List<Member> Left()
    {
        var running = Read().Select(process => (process.Id, process.Started)).ToHashSet();

        return [.. _members.Where(member => running.Contains((member.Id, member.Started)))];
    }

    private static List<Member> Read()
        => [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0])).Select(Read!).OfType<Member>()];

    private static Member? Read(string id)
    {
        try
        {
            // The name, in brackets, may have spaces in it. Behind it come state, parent and, 20th, the start.
            var fields = File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1].Split(' ');
            var arguments = File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
            var monitored = Array.IndexOf(arguments, "--monitor") is >= 0 and var index ? arguments[index + 1] : "0";

            return fields[0] is "Z" ? null : new(Number(id), Number(fields[1]), fields[19], Number(monitored), string.Join(' ', arguments));
        }
        catch (IOException)
        {
            // The process has ended meanwhile.
            return null;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Member(int Id, int Parent, string Started, int Monitors, string CommandLine);
}
