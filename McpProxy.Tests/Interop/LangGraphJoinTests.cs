using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using McpProxy.Api;
using McpProxy.Api.Agents;
using McpProxy.Api.Agents.Conversation;
using McpProxy.Api.Agents.Discovery;
using McpProxy.Api.Callers;
using McpProxy.Api.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace McpProxy.Tests.Interop;

/// <summary>Runs of a real LangGraph server, joined by a replica of the proxy that did not start them.</summary>
public sealed class LangGraphJoinTests(RealAgentServers servers) : IAsyncLifetime
{
    private const string Answer = "one two three four five six seven eight nine ten";

    private readonly string _threadId = Guid.NewGuid().ToString();
    private RealAgentServer _server = null!;
    private HttpClient _direct = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await servers.GetAsync(RealServer.LangGraph, CancellationToken);
        _direct = new() { BaseAddress = _server.Url };
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tells_the_whole_answer_of_a_run_whose_replica_was_lost(bool streams)
    {
        Relay relay = null!;
        await using var started = relay = await Relay.StartAsync(
            _server.Url, Cuts.After("\"three \"", properly: false, () => relay.IsDown = true), CancellationToken);
        await using var lost = await ReplicaAsync(relay.Url);
        var call = new AgentCall("slow", streams ? InteractionType.Stream : InteractionType.Generate, [new(AgentMessageRole.User, "go")]);
        var run = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = CallAsync(lost, call, update => _ = update.Run is not null && run.TrySetResult(update.Run));

        var answer = await JoinAsync(_server.Url.ToString(), call with { Messages = [] }, await run.Task.WaitAsync(CancellationToken));

        Assert.Equal(Answer, answer.ReplySoFar!.Text);
        Assert.Null(answer.ReplySoFar!.ThreadId);
        Assert.Equal(HttpStatusCode.NotFound, (await _direct.GetAsync((await run.Task).Split("/runs")[0], CancellationToken)).StatusCode);
        Assert.NotNull((await first).Failure);
        Assert.Single(relay.TakeRequests(), request => request.EndsWith("/runs/stream", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tells_the_answer_of_a_run_that_ended_before_anybody_joined_it(bool streams)
    {
        var run = await RunToItsEndAsync("slow", "go");

        var joined = await JoinAsync(_server.Url.ToString(), Call(streams ? InteractionType.Stream : InteractionType.Generate), run);

        Assert.Equal(Answer, joined.ReplySoFar?.Text);
    }

    [Fact]
    public async Task Tells_the_answer_of_a_run_whose_thread_has_gone_on_since()
    {
        var run = await RunToItsEndAsync("slow", "go");
        await RunToItsEndAsync("echo", "later");

        var answer = await JoinAsync(_server.Url.ToString(), Call(InteractionType.Generate), run);

        Assert.Equal((Answer, _threadId), (answer.ReplySoFar!.Text, answer.ReplySoFar!.ThreadId));
    }

    [Fact]
    public async Task Takes_the_answer_from_the_thread_when_nobody_has_kept_what_was_said()
    {
        var run = await RunToItsEndAsync("tooling", "Rome");
        await using var relay = await ForgetfulAsync();

        var reply = (await JoinAsync(relay.Url, Call(InteractionType.Generate), run)).ReplySoFar!;

        Assert.Equal(("It is 21 degrees.", new AgentUsage(14, 4, 18)), (reply.Text, reply.Usage));
    }

    [Fact]
    public async Task Takes_the_question_from_the_thread_when_nobody_has_kept_what_was_said()
    {
        var run = await RunToItsEndAsync("asking", "go");
        await using var relay = await ForgetfulAsync();

        var reply = (await JoinAsync(relay.Url, Call(InteractionType.Stream), run)).ReplySoFar!;

        Assert.StartsWith("The agent stopped and waits for an answer to this: May I?", reply.Text, StringComparison.Ordinal);
        Assert.Equal("May I?", reply.Interrupt?.Get(0, "value").GetString());
    }

    [Fact]
    public async Task Does_not_take_a_later_answer_for_that_of_the_run()
    {
        var run = await RunToItsEndAsync("echo", "first");
        await RunToItsEndAsync("echo", "later");
        await using var relay = await ForgetfulAsync();

        var failure = (await JoinAsync(relay.Url, Call(InteractionType.Generate), run)).Failure!;

        Assert.StartsWith("The answer of agent 'slow' on server 'server0' can't be had any more", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_why_a_run_failed_that_ended_before_anybody_joined_it()
    {
        var run = await RunToItsEndAsync("failing", "go");

        var failure = (await JoinAsync(_server.Url.ToString(), Call(InteractionType.Generate), run)).Failure!;

        Assert.StartsWith("Agent 'slow' on server 'server0' failed: the graph is out of order. ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("threads/../runs/1")]
    [InlineData("threads/00000000-0000-4000-8000-000000000000/runs/00000000-0000-4000-8000-000000000000/")]
    [InlineData("/threads/00000000-0000-4000-8000-000000000000/runs/00000000-0000-4000-8000-000000000000")]
    [InlineData("threads/00000000-0000-4000-8000-000000000000/runs/00000000-0000-4000-8000-00000000000%2f")]
    [InlineData("threads/00000000-0000-4000-8000-000000000000/runs/00000000-0000-4000-8000-000000000000\n")]
    public async Task Does_not_join_a_malformed_run(string run)
    {
        await using var relay = await Relay.StartAsync(_server.Url, body => body, CancellationToken);

        var failure = (await JoinAsync(relay.Url, Call(InteractionType.Generate), run)).Failure!;

        Assert.StartsWith("What was remembered of a run on server 'server0' names none.", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(relay.TakeRequests(), request => request.Contains("/runs/", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync()
    {
        _direct.Dispose();

        return ValueTask.CompletedTask;
    }

    private AgentCall Call(InteractionType how) => new("slow", how, [], _threadId);

    private async Task<string> RunToItsEndAsync(string agentId, string text)
    {
        var body = new
        {
            assistant_id = agentId,
            if_not_exists = "create",
            input = new { messages = new[] { new { role = "user", content = text } } },
            stream_mode = new[] { "messages-tuple", "values" },
            stream_resumable = true,
        };
        using var started = await _direct.PostAsJsonAsync($"threads/{_threadId}/runs", body, CancellationToken);
        var run = $"threads/{_threadId}/runs/{(await started.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).Get("run_id").GetString()}";
        await Wait.UntilAsync(
            async () => (await _direct.GetFromJsonAsync<JsonElement>(run, CancellationToken)).Get("status").GetString() is "success" or "error");

        return run;
    }

    private Task<Relay> ForgetfulAsync()
        => Relay.StartAsync(_server.Url, body => body.StartsWith("event: ", StringComparison.Ordinal) ? "" : body, CancellationToken);

    private static async Task<WebApplication> ReplicaAsync(string url)
    {
        var replica = ProxyApp.Build(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", $"--AGENT_SERVERS={url}", "--MASTRA_CLIENT_RETRIES=0"]);
        await replica.StartAsync(CancellationToken);

        return replica;
    }

    private static async Task<CallOutcome> CallAsync(WebApplication replica, AgentCall call, Action<AgentUpdate> onUpdate)
    {
        var agent = await replica.Services.GetRequiredService<AgentResolver>().ResolveAsync("server0:slow", null, Caller.Anyone, CancellationToken);
        using var deadline = new Deadline(agent.Server.Subject, null, CancellationToken);

        return await OutcomeAsync(replica.Services.GetRequiredService<AgentInvoker>().InvokeAsync(agent, call, deadline), onUpdate);
    }

    private static async Task<CallOutcome> JoinAsync(string url, AgentCall call, string run)
    {
        await using var replica = await ReplicaAsync(url);
        var agent = await replica.Services.GetRequiredService<AgentResolver>().ResolveAsync("server0:slow", null, Caller.Anyone, CancellationToken);
        using var deadline = new Deadline(agent.Server.Subject, null, CancellationToken);

        return await OutcomeAsync(replica.Services.GetRequiredService<AgentInvoker>().JoinAsync(agent, call, run, deadline), _ => { });
    }

    private static async Task<CallOutcome> OutcomeAsync(IAsyncEnumerable<AgentUpdate> updates, Action<AgentUpdate> onUpdate)
    {
        AgentUpdate? last = null;
        await foreach (var update in updates)
        {
            onUpdate(last = update);
        }

        return last!.Outcome!;
    }
}
