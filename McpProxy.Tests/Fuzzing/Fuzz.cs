using System.Globalization;
using CsCheck;

namespace McpProxy.Tests.Fuzzing;

/// <summary>
/// Tries a test with many inputs: always the same ones, unless <c>FUZZ_SEED</c> is another number. <c>FUZZ_TIMES</c> multiplies how many there are,
/// and <c>FUZZ_INPUT</c> is the seed of the only one.
/// </summary>
internal static class Fuzz
{
    private const int Shrinks = 300;

    private static readonly uint _seed = (uint)Number("FUZZ_SEED", 1);
    private static readonly int _times = Number("FUZZ_TIMES", 1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <param name="inputs">Makes the inputs.</param>
    /// <param name="count">How many are tried.</param>
    /// <param name="test">Fails on a wrong one, and on one that takes for ever.</param>
    /// <param name="atOnce">How many are tried at the same time: most tests wait for others to answer.</param>
    public static Task EachAsync<T>(Gen<T> inputs, int count, Func<T, Task> test, int atOnce = 1)
        => Environment.GetEnvironmentVariable("FUZZ_INPUT") is { Length: > 0 } one
            ? inputs.SampleAsync(value => test(value).WaitAsync(_patience), seed: one, iter: 1, threads: 1, print: Print)
            : Parallel.ForEachAsync(
            Generate(inputs, count * _times),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (input, _) =>
            {
                try
                {
                    await test(input.Value).WaitAsync(_patience, TestContext.Current.CancellationToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // The smallest input that fails too may fail for another reason.
                    var smaller = await Record.ExceptionAsync(
                        () => inputs.SampleAsync(value => test(value).WaitAsync(_patience), seed: input.Seed, iter: Shrinks, threads: 1, print: Print));
                    Assert.Fail($"{Print(input.Value)} (seed {input.Seed}):\n{exception}\n\nSmaller: {smaller}");
                }
            });

    /// <inheritdoc cref="EachAsync"/>
    public static Task Each<T>(Gen<T> inputs, int count, Action<T> test) => EachAsync(inputs, count, input => Task.Run(() => test(input)));

    private static IEnumerable<(string Seed, T Value)> Generate<T>(Gen<T> inputs, int count)
    {
        var random = new PCG(_seed, _seed);
        for (var i = 0; i < count; i++)
        {
            yield return (random.ToString(), inputs.Generate(random, null, out _));
        }
    }

    /// <summary>Bytes that are no text are shown as escapes, and what is long is cut.</summary>
    private static string Print<T>(T input)
    {
        var text = string.Concat(
            $"{input}".Take(4000).Select(character => character is '\n' or (>= ' ' and <= '~') ? $"{character}" : $"\\u{(int)character:x4}"));

        return text.Length < 4000 ? text : $"{text}...";
    }

    private static int Number(string variable, int standard)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : standard;
}
