using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.Tests.Mcp.Questions;

/// <summary>What an agent stops to ask becomes a form that the client shows to its user, and the answer goes to the agent, once.</summary>
public sealed class UserQuestionTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    private const string Agent = "server1:approvalAgent";
    private const string CanAsk = """{"elicitation":{}}""";

    private static readonly object _yes = Filled("yes");

    [Theory]
    [MemberData(nameof(FrontDoor.All), MemberType = typeof(FrontDoor))]
    public async Task A_user_is_asked_wherever_the_transport_allows_it(string transport, string revision)
    {
        var user = new AskedUser();
        await using var door = await FrontDoor.OpenAsync(transport, user.Client(revision), $"AGENT_SERVERS={fixture.LangGraphUrl}");

        var answer = await door.Client.AskAsync("approvalAgent", "delete it");

        if (transport is "http" && revision is not McpRequest.Modern)
        {
            Assert.StartsWith("The agent stopped and waits for an answer to this: May I do this: delete it", answer.Text(), StringComparison.Ordinal);
            Assert.Empty(user.Asked);
        }
        else
        {
            Assert.Equal("done: delete it", answer.Text());
            Assert.Equal("Agent 'server0:approvalAgent' asks: May I do this: delete it", Assert.Single(user.Asked).Message);
        }
    }

    [Theory]
    [InlineData("decline")]
    [InlineData("cancel")]
    public async Task An_agent_whose_user_does_not_answer_is_told_nothing_and_still_waits(string action)
    {
        await using var client = await new AskedUser((action, null)).ConnectAsync(fixture.Proxy.Endpoint);

        var declined = await client.AskAsync(Agent, "delete it");
        var threadId = Assert.NotNull(declined.StructuredContent).Get("threadId").GetString();
        var answer = await client.CallAsync("callAgent", new { targetAgentId = Agent, threadId, resume = "yes" });

        Assert.Equal(
            "The user did not answer what the agent asked. The agent was told nothing and still waits: to answer later, call callAgent with threadId "
            + $"{threadId} and the answer as resume.",
            declined.Text());
        Assert.Equal("done: delete it", answer.Text());
    }

    [Fact]
    public async Task Only_one_answer_counts()
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Endpoint };
        var state = await AskAsync(http);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AnswerAsync(http, state)));

        Assert.Equal("done: delete it", Text(Assert.Single(answers, answer => !IsError(answer))));
        Assert.All(answers.Where(IsError), refused => Assert.Matches(
            "^The agent was not sent the answer: the question was answered before. If the agent still waits, call callAgent with threadId .+ and the answer "
            + "as resume.$",
            Text(refused)));
    }

    [Fact]
    public async Task What_is_not_there_is_asked_again_and_what_does_not_fit_is_refused()
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Endpoint };
        var state = await AskAsync(http, "server0:approvalAgent");

        var asked = await AnswerAsync(http, state, null, "server0:approvalAgent");
        var wrong = await AnswerAsync(http, state, Filled("yes"), "server0:approvalAgent");
        var empty = await AnswerAsync(http, state, new { answer = new { action = "accept" } }, "server0:approvalAgent");
        var right = await AnswerAsync(http, state, Filled(true), "server0:approvalAgent");

        Assert.Equal("input_required", asked.Get("result", "resultType").GetString());
        Assert.Equal(state, asked.Get("result", "requestState").GetString());
        Assert.Equal("The agent was not sent the answer: 'answer' must be true or false. Correct it and send it again.", Text(wrong));
        Assert.Equal("The agent was not sent the answer: 'answer' is missing. Correct it and send it again.", Text(empty));
        Assert.Equal("done: delete it", Text(right));
    }

    [Fact]
    public async Task A_state_that_was_changed_or_is_for_another_agent_is_refused()
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Endpoint };
        var state = await AskAsync(http);
        string[] changed =
        [
            "", "x", new string('x', 10_000), state[1..], state[..^1], $"{state[..20]}{(state[20] is 'A' ? 'B' : 'A')}{state[21..]}",
            $"{state[..^5]}{(state[^5] is 'A' ? 'B' : 'A')}{state[^4..]}",
        ];

        var refused = await Task.WhenAll(
        [
            .. changed.Select(other => AnswerAsync(http, other)),
            AnswerAsync(http, state, _yes, "server1:echoAgent"),
            AnswerAsync(http, state, _yes, "server0:approvalAgent"),
            AnswerAsync(http, null),
        ]);
        var answer = await AnswerAsync(http, state);

        Assert.All(refused, wrong => Assert.Equal(
            "The agent was not sent the answer: the requestState is not one that this proxy gave you for this agent. "
            + "Send it as you got it, or call the agent anew without it.",
            Text(wrong)));
        Assert.Equal("done: delete it", Text(answer));
    }

    [Fact]
    public async Task Whoever_was_asked_has_to_answer()
    {
        await using var proxy = await Proxy.StartAsync(
            $"AGENT_SERVERS={fixture.MastraUrl} {fixture.LangGraphUrl}", "MCP_API_KEY__ann__Key=ann", "MCP_API_KEY__bob__Key=bob");
        using var ann = new HttpClient { BaseAddress = proxy.Endpoint, DefaultRequestHeaders = { { "Authorization", "Bearer ann" } } };
        using var bob = new HttpClient { BaseAddress = proxy.Endpoint, DefaultRequestHeaders = { { "Authorization", "Bearer bob" } } };
        var state = await AskAsync(ann);

        Assert.StartsWith("The agent was not sent the answer: the requestState is not one", Text(await AnswerAsync(bob, state)), StringComparison.Ordinal);
        Assert.Equal("done: delete it", Text(await AnswerAsync(ann, state)));
    }

    [Fact]
    public async Task A_question_does_not_stay_open_for_ever()
    {
        var time = new ShiftedTime();
        await using var proxy = await Proxy.StartAsync(
            services => services.AddSingleton<TimeProvider>(time),
            $"AGENT_SERVERS={fixture.MastraUrl} {fixture.LangGraphUrl}",
            "MCP_RUN_EXPIRY_SECONDS=600");
        using var http = new HttpClient { BaseAddress = proxy.Endpoint };
        var (early, late) = (await AskAsync(http), await AskAsync(http));

        time.Advance(TimeSpan.FromSeconds(500));
        var answer = await AnswerAsync(http, early);
        time.Advance(TimeSpan.FromSeconds(101));
        var refused = await AnswerAsync(http, late);

        Assert.Equal("done: delete it", Text(answer));
        Assert.StartsWith(
            "The agent was not sent the answer: the question was asked too long ago. If the agent still waits", Text(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_tells_nothing()
    {
        using var http = new HttpClient { BaseAddress = fixture.Proxy.Endpoint };

        var state = await AskAsync(http);

        Assert.DoesNotContain("approvalAgent", state, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "approvalAgent", System.Text.Encoding.Latin1.GetString(Convert.FromBase64String(Padded(state))), StringComparison.Ordinal);
    }

    /// <returns>The state with which a question is answered.</returns>
    internal static async Task<string> AskAsync(HttpClient http, string agent = Agent)
    {
        var asked = await http.AskAsync(Call(agent, new { }));
        Assert.Equal("input_required", asked.Get("result", "resultType").GetString());
        Assert.Equal("elicitation/create", asked.Get("result", "inputRequests", "answer", "method").GetString());

        return asked.Get("result", "requestState").GetString()!;
    }

    internal static Task<JsonElement> AnswerAsync(HttpClient http, string? requestState) => AnswerAsync(http, requestState, _yes);

    internal static string Text(JsonElement answer) => answer.Get("result", "content", 0, "text").GetString()!;

    private static Task<JsonElement> AnswerAsync(HttpClient http, string? requestState, object? inputResponses, string agent = Agent)
        => http.AskAsync(Call(agent, new { requestState, inputResponses }));

    private static HttpRequestMessage Call(string agent, object more)
    {
        var parameters = JsonSerializer.SerializeToNode(more)!.AsObject();
        foreach (var missing in parameters.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            parameters.Remove(missing);
        }

        parameters["name"] = "callAgent";
        parameters["arguments"] = JsonSerializer.SerializeToNode(new { targetAgentId = agent, message = "delete it" });

        return McpRequest.OfModern("tools/call", parameters, CanAsk);
    }

    private static object Filled(object answer) => new { answer = new { action = "accept", content = new { answer } } };

    private static bool IsError(JsonElement answer) => answer.Get("result").TryGetProperty("isError", out var isError) && isError.GetBoolean();

    private static string Padded(string base64Url) => base64Url.Replace('-', '+').Replace('_', '/').PadRight((base64Url.Length + 3) / 4 * 4, '=');
}
