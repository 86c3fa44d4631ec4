using System.Text;
using McpProxy.Api.Runs;
using McpProxy.Api.Runs.Storage;

namespace McpProxy.Tests.Runs.Storage;

/// <summary>What every run store promises. A new one derives from this and is done.</summary>
public abstract class RunStoreTests
{
    private static readonly TimeSpan _shortLease = TimeSpan.FromMilliseconds(300);

    private protected static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>The stores of two replicas that share what they remember.</summary>
    private protected abstract Task<(IRunStore One, IRunStore Other)> CreateAsync(TimeSpan lease);

    [Fact]
    public async Task Every_replica_sees_the_facts_of_a_run_and_what_replaces_them()
    {
        var (one, other) = await CreateAsync(RunOptions.Lease);

        await one.PutAsync("run", "facts", "one", CancellationToken);
        Assert.Equal(
            new StoredRun("facts", End: null, TextSoFar: null, IsHeld: true, IsCancelRequested: false),
            await other.FindAsync("run", CancellationToken));

        await one.HoldAsync("run", "one", "", CancellationToken);
        Assert.Equal("", (await other.FindAsync("run", CancellationToken))!.TextSoFar);

        await one.HoldAsync("run", "one", "Some words", CancellationToken);
        await one.HoldAsync("run", "one", textSoFar: null, CancellationToken);
        await one.PutAsync("run", "better facts", "one", CancellationToken);
        Assert.Equal(
            new StoredRun("better facts", End: null, "Some words", IsHeld: true, IsCancelRequested: false),
            await other.FindAsync("run", CancellationToken));
    }

    [Fact]
    public async Task Nobody_else_can_hold_a_run_until_its_holder_gives_it_up()
    {
        var (one, other) = await CreateAsync(RunOptions.Lease);
        await one.PutAsync("run", "facts", "one", CancellationToken);

        await other.ReleaseAsync("run", "other", CancellationToken);
        Assert.False((await other.HoldAsync("run", "other", "Not its words", CancellationToken)).IsHeld);
        Assert.True((await one.HoldAsync("run", "one", textSoFar: null, CancellationToken)).IsHeld);
        Assert.Null((await other.FindAsync("run", CancellationToken))!.TextSoFar);

        await one.ReleaseAsync("run", "one", CancellationToken);
        Assert.False((await other.FindAsync("run", CancellationToken))!.IsHeld);
        Assert.True((await other.HoldAsync("run", "other", textSoFar: null, CancellationToken)).IsHeld);
        Assert.False((await one.HoldAsync("run", "one", textSoFar: null, CancellationToken)).IsHeld);
    }

    [Fact]
    public async Task Whoever_replaces_the_facts_holds_the_run_from_then_on()
    {
        var (one, other) = await CreateAsync(RunOptions.Lease);
        await one.PutAsync("run", "facts", "one", CancellationToken);

        await other.PutAsync("run", "better facts", "other", CancellationToken);

        Assert.False((await one.HoldAsync("run", "one", textSoFar: null, CancellationToken)).IsHeld);
        Assert.True((await other.HoldAsync("run", "other", textSoFar: null, CancellationToken)).IsHeld);
    }

    [Fact]
    public async Task Another_takes_a_run_over_when_its_holder_is_not_heard_of_any_more()
    {
        var (one, other) = await CreateAsync(_shortLease);
        await one.PutAsync("run", "facts", "one", CancellationToken);
        await one.HoldAsync("run", "one", "Last words", CancellationToken);

        await Wait.UntilAsync(async () => await other.FindAsync("run", CancellationToken) is { IsHeld: false });

        Assert.Equal(new RunHold(IsHeld: true, IsCancelRequested: false), await other.HoldAsync("run", "other", textSoFar: null, CancellationToken));
        Assert.Equal(("facts", "Last words"), await other.FindAsync("run", CancellationToken) is { } run ? (run.Facts, run.TextSoFar) : default);
    }

    [Fact]
    public async Task Only_one_of_many_at_once_takes_a_run_over()
    {
        var (one, other) = await CreateAsync(RunOptions.Lease);
        await one.PutAsync("run", "facts", "gone", CancellationToken);
        await one.ReleaseAsync("run", "gone", CancellationToken);

        var holds = await AtOnceAsync(i => (i % 2 is 0 ? one : other).HoldAsync("run", $"holder {i}", $"words {i}", CancellationToken));

        var winner = Assert.Single(Enumerable.Range(0, holds.Length), i => holds[i].IsHeld);
        Assert.Equal($"words {winner}", (await one.FindAsync("run", CancellationToken))!.TextSoFar);
        Assert.True((await other.HoldAsync("run", $"holder {winner}", textSoFar: null, CancellationToken)).IsHeld);
    }

    [Fact]
    public async Task A_run_ends_only_once_however_many_end_it()
    {
        var (one, other) = await CreateAsync(RunOptions.Lease);
        await one.PutAsync("run", "facts", "one", CancellationToken);

        var firsts = await AtOnceAsync(i => (i % 2 is 0 ? one : other).EndAsync("run", $"end {i}", CancellationToken));

        var first = Assert.Single(Enumerable.Range(0, firsts.Length), i => firsts[i]);
        Assert.Equal(
            new StoredRun("facts", $"end {first}", TextSoFar: null, IsHeld: false, IsCancelRequested: false),
            await other.FindAsync("run", CancellationToken));
    }

    [Fact]
    public async Task A_run_that_has_ended_stays_as_it_is()
    {
        var (one, other) = await CreateAsync(RunOptions.Lease);
        await one.PutAsync("run", "facts", "one", CancellationToken);
        await one.HoldAsync("run", "one", "All the words", CancellationToken);
        await one.EndAsync("run", "", CancellationToken);

        await one.PutAsync("run", "other facts", "one", CancellationToken);
        Assert.False((await one.HoldAsync("run", "one", "Other words", CancellationToken)).IsHeld);
        await other.RequestCancelAsync("run", CancellationToken);
        await one.ReleaseAsync("run", "one", CancellationToken);
        Assert.False(await other.EndAsync("run", "another end", CancellationToken));

        Assert.Equal(new StoredRun("facts", "", "All the words", IsHeld: false, IsCancelRequested: false), await other.FindAsync("run", CancellationToken));
    }

    [Fact]
    public async Task The_holder_hears_that_the_run_should_be_cancelled()
    {
        var (one, other) = await CreateAsync(RunOptions.Lease);
        await one.PutAsync("run", "facts", "one", CancellationToken);

        await other.RequestCancelAsync("run", CancellationToken);

        Assert.True((await other.FindAsync("run", CancellationToken))!.IsCancelRequested);
        Assert.Equal(new RunHold(IsHeld: false, IsCancelRequested: true), await other.HoldAsync("run", "other", textSoFar: null, CancellationToken));
        await one.PutAsync("run", "better facts", "one", CancellationToken);
        Assert.Equal(new RunHold(IsHeld: true, IsCancelRequested: true), await one.HoldAsync("run", "one", textSoFar: null, CancellationToken));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("RUN")]
    [InlineData("run:holder")]
    [InlineData("{run} %3A \0\r\n \ud83d\ude00")]
    public async Task Finds_and_remembers_nothing_under_an_unknown_id(string id)
    {
        var (one, other) = await CreateAsync(RunOptions.Lease);
        await one.PutAsync("run", "facts", "one", CancellationToken);

        Assert.Equal(default, await other.HoldAsync(id, "other", "words", CancellationToken));
        Assert.False(await other.EndAsync(id, "end", CancellationToken));
        await other.RequestCancelAsync(id, CancellationToken);
        await other.ReleaseAsync(id, "one", CancellationToken);
        Assert.Null(await other.FindAsync(id, CancellationToken));

        await other.PutAsync(id, "other facts", "other", CancellationToken);
        Assert.Equal("other facts", (await one.FindAsync(id, CancellationToken))!.Facts);
        Assert.True((await one.HoldAsync("run", "one", textSoFar: null, CancellationToken)).IsHeld);
    }

    [Fact]
    public async Task Gives_back_large_texts_with_any_character_in_them_unchanged()
    {
        var (one, other) = await CreateAsync(RunOptions.Lease);
        var text = LargeText();

        await one.PutAsync("run", text, "one", CancellationToken);
        await one.HoldAsync("run", "one", text, CancellationToken);
        await one.EndAsync("run", text, CancellationToken);

        var run = await other.FindAsync("run", CancellationToken);
        Assert.True(run == new StoredRun(text, text, text, IsHeld: false, IsCancelRequested: false), "Something of the texts is different.");
    }

    /// <summary>A megabyte of every character there is in sixteen bits, quotes and control characters among them, and some of those beyond.</summary>
    private static string LargeText()
    {
        var characters = string.Concat(Enumerable.Range(0, char.MaxValue + 1).Select(number => (char)number).Where(character => !char.IsSurrogate(character)));
        var text = new StringBuilder();
        while (text.Length < 400_000)
        {
            text.Append(characters).Append("\"'\\\r\n{\"facts\":null}\ud83d\ude00\ud83d\udc69\u200d\ud83d\ude80");
        }

        Assert.True(Encoding.UTF8.GetByteCount(text.ToString()) > 1024 * 1024);

        return text.ToString();
    }

    /// <summary>Lets all callers begin at the same moment.</summary>
    private static async Task<T[]> AtOnceAsync<T>(Func<int, Task<T>> call)
    {
        using var start = new Barrier(participantCount: 32);

        return await Task.WhenAll(Enumerable.Range(0, start.ParticipantCount).Select(i => Task.Factory.StartNew(
            async () =>
            {
                start.SignalAndWait(CancellationToken);

                return await call(i);
            },
            CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
    }
}
