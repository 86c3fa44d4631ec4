using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace McpProxy.SampleAgentServer;

/// <summary>The six agents. What they answer is known in advance: they need no model, no key and, but for the relay, no network.</summary>
internal sealed partial class SampleAgents(RelayAgent relay, ILogger<SampleAgents> logger)
{
    private static readonly TimeSpan _slowWord = TimeSpan.FromMilliseconds(200);

    public static IReadOnlyList<SampleAgent> All { get; } =
    [
        new("echoAgent", "Echo Agent", "Repeats what it is told.", "You repeat the last user message.",
            (_, messages, _) => Say($"echo: {LastOfUser(messages)}")),
        new("weatherAgent", "Weather Agent", "Tells the weather of a dozen cities with a tool.", "You tell the weather.",
            (_, messages, _) => TellWeather(LastOfUser(messages)), WeatherTable.Tool),
        new("slowAgent", "Slow Agent", "Streams ten words over two seconds, or as many as it is told to count.", "You take your time.",
            (_, messages, stop) => CountSlowlyAsync(LastOfUser(messages), stop)),
        new("memoryAgent", "Memory Agent", "Counts the user messages of its thread.", "You remember what you were told.",
            (_, messages, _) => Remember(messages)),
        new("relayAgent", "Relay Agent", "Asks the agent that its message begins with, through the proxy.", "You pass messages on.",
            (agents, messages, stop) => agents.RelayAsync(messages, stop)),
        new("approvalAgent", "Approval Agent", "Does what it is told once it is allowed to.", "You ask before you act.",
            (_, messages, _) => ActIfAllowed(messages)),
    ];

    public static SampleAgent? Find(string id) => All.FirstOrDefault(agent => agent.Id == id);

    public async IAsyncEnumerable<AgentPiece> AnswerAsync(
        SampleAgent agent, IReadOnlyList<AgentMessage> messages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var piece in agent.Answer(this, messages, cancellationToken))
            {
                yield return piece;
            }
        }
        finally
        {
            if (cancellationToken.IsCancellationRequested)
            {
                LogStopped(agent.Id);
            }
        }
    }

    private static IAsyncEnumerable<AgentPiece> TellWeather(string question)
    {
        var found = WeatherTable.FindAll(question);

        return found is []
            ? Say($"I only know the weather of {WeatherTable.Cities}.")
            : found.Select((weather, index) => TellWeather(weather, index < found.Count - 1 ? " " : "")).ToAsyncEnumerable().SelectMany(pieces => pieces);
    }

    private static IAsyncEnumerable<AgentPiece> TellWeather(Weather weather, string separator)
    {
        var toolCall = new ToolPiece($"call_{Guid.NewGuid():N}", WeatherTable.Tool.Id, new WeatherQuestion(weather.City), weather);

        return Say($"It is {weather.Celsius} degrees and {weather.Conditions} in {weather.City}.{separator}").Prepend(toolCall);
    }

    private static async IAsyncEnumerable<AgentPiece> CountSlowlyAsync(string request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var numbers = CountTo().Match(request) is { Success: true } asked
            ? string.Join(' ', Enumerable.Range(1, int.Parse(asked.Groups[1].Value, CultureInfo.InvariantCulture)))
            : "one two three four five six seven eight nine ten";
        await foreach (var word in Say(numbers).WithCancellation(cancellationToken))
        {
            await Task.Delay(_slowWord, cancellationToken);
            yield return word;
        }
    }

    private static IAsyncEnumerable<AgentPiece> Remember(IReadOnlyList<AgentMessage> messages)
        => Say($"seen {messages.Count(message => message.Role is "user")} user messages, last: {LastOfUser(messages)}");

    private static IAsyncEnumerable<AgentPiece> ActIfAllowed(IReadOnlyList<AgentMessage> messages)
    {
        var task = LastOfUser(messages);

        return messages is [.., { Role: AgentMessage.Answer, Content: var answer }]
            ? Say($"{(IsYes(answer) ? "done" : "left undone")}: {task}")
            : new AgentPiece[] { new AskPiece($"May I do this: {task}") }.ToAsyncEnumerable();
    }

    private async IAsyncEnumerable<AgentPiece> RelayAsync(
        IReadOnlyList<AgentMessage> messages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answer = await relay.AnswerAsync(LastOfUser(messages), cancellationToken);
        await foreach (var word in Say(answer).WithCancellation(cancellationToken))
        {
            yield return word;
        }
    }

    private static IAsyncEnumerable<AgentPiece> Say(string text)
        => Words().Matches(text).Select(AgentPiece (word) => new TextPiece(word.Value)).ToAsyncEnumerable();

    private static string LastOfUser(IReadOnlyList<AgentMessage> messages)
        => messages.LastOrDefault(message => message.Role is "user")?.Content ?? "";

    /// <summary>Dialects and people say it in several ways.</summary>
    private static bool IsYes(string answer) => Yes().IsMatch(answer);

    [GeneratedRegex("""^"?(true|yes|ok|approved?)"?$|"(approved?|decision)"\s*:\s*"?(true|yes|ok|approved?)\b""", RegexOptions.IgnoreCase)]
    private static partial Regex Yes();

    [GeneratedRegex(@"^count to (\d{1,4})$")]
    private static partial Regex CountTo();

    [GeneratedRegex(@"\S+\s*")]
    private static partial Regex Words();

    [LoggerMessage(LogLevel.Information, "{AgentId} stopped: nobody waits for it any more.")]
    private partial void LogStopped(string agentId);
}
