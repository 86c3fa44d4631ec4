namespace McpProxy.Tests.Dialects.OpenAI;

/// <summary>Runs that go on without their connection, on servers that do not give their events twice.</summary>
public sealed class OpenAIFollowerTests(ScriptedServers servers) : IClassFixture<ScriptedServers>
{
    private const string Begun = """
        data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","output":[],"background":true}}

        data: {"type":"response.output_text.delta","sequence_number":1,"output_index":0,"delta":"one "}


        """;

    public static TheoryData<string, string> Ends => new()
    {
        { "one two", Response("completed", "one two") },
        { "failed: It is out of order", """{"id":"resp_1","status":"failed","error":{"message":"It is out of order."}}""" },
        { "can't be had any more", "" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Asks_until_it_is_over_where_events_come_only_once(string expected, string end)
    {
        var looks = 0;
        var server = await servers.ConnectAsync((about, _) => about switch
        {
            "POST v1/responses" => (200, Begun),
            "GET v1/responses/resp_1?stream=true&starting_after=1" => looks is 0 ? (405, "{}") : throw new InvalidOperationException("It was asked twice."),
            "GET v1/responses/resp_1" => ++looks is 1 ? (200, Response("in_progress", "one ")) : end is "" ? (404, "{}") : (200, end),
            _ => null,
        });

        var result = await servers.Client.AskAsync($"{server}:echo", "hi", "stream");

        Assert.Contains(expected, result.Text(), StringComparison.Ordinal);
        Assert.Equal(2, looks);
        Assert.Equal(1, servers.PostsTo(server).Count(post => post.StartsWith("v1/responses ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Asks_where_the_server_gives_an_empty_stream_of_what_it_does_not_know()
    {
        var server = await servers.ConnectAsync((about, _) => about switch
        {
            "POST v1/responses" => (200, Begun),
            "GET v1/responses/resp_1?stream=true&starting_after=1" => (200, "data: \n\n"),
            _ => null,
        });

        Assert.Contains("can't be had any more", (await servers.Client.AskAsync($"{server}:echo", "hi", "stream")).Text(), StringComparison.Ordinal);
    }

    private static string Response(string status, string text)
        => $$"""{"id":"resp_1","status":"{{status}}","output":[{"type":"message","content":"{{text}}"}],"background":true}""";
}
