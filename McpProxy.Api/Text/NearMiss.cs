namespace McpProxy.Api.Text;

/// <summary>Guesses what was meant by a name that is not there: another case, other separators, a slip of the hand, or only a part of it.</summary>
internal static class NearMiss
{
    private const int MaxLength = 100;
    private const int MaxGuesses = 3;
    private const int MinPart = 4;

    /// <returns><c>Did you mean 'a' or 'b'?</c>, or <see langword="null"/> if nothing is near enough.</returns>
    public static string? Ask(string given, IEnumerable<string> known)
        => Find(given, known, name => name) is { Count: > 0 } meant ? $"Did you mean {string.Join(" or ", meant.Select(name => $"'{name}'"))}?" : null;

    /// <returns>The same question if there is one, and then all that is known.</returns>
    public static string AskAndList(string given, IReadOnlyCollection<string> known)
        => (Ask(given, known) is { } question ? $"{question} " : "")
            + (known.Count is 0 ? "There is none." : $"There is {string.Join(", ", known.Select(name => $"'{name}'"))}.");

    /// <returns>The same question in brackets, to be put behind a name; nothing if nothing is near enough.</returns>
    public static string Guess(string given, IEnumerable<string> known) => Ask(given, known) is { } question ? $" ({question})" : "";

    /// <returns>Those whose name is nearest to the given one; none if no name is near enough.</returns>
    public static IReadOnlyList<T> Find<T>(string given, IEnumerable<T> known, Func<T, string> nameOf)
    {
        var plain = Plain(given);
        var near = known
            .Select(item => (Item: item, Distance: Distance(plain, Plain(nameOf(item)))))
            .Where(candidate => candidate.Distance <= Math.Min(plain.Length / 3, 3))
            .OrderBy(candidate => candidate.Distance)
            .ToList();

        return [.. near.TakeWhile(candidate => candidate.Distance == near[0].Distance).Take(MaxGuesses).Select(candidate => candidate.Item)];
    }

    private static string Plain(string name) => name.Length > MaxLength ? "" : string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static int Distance(string given, string name)
        => (given, name) is ("", _) or (_, "") ? int.MaxValue
            : given.Length >= MinPart && name.Contains(given, StringComparison.Ordinal) && given != name ? 1
            : Edits(given, name);

    /// <returns>How many letters must be added, left out, replaced or swapped with their neighbour to make one of the other.</returns>
    private static int Edits(string from, string to)
    {
        var edits = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                edits[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(
                        Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1,
                        edits[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[from.Length, to.Length];
    }
}
