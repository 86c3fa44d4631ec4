using McpProxy.Api.Connections;

namespace McpProxy.Tests.Connections;

public sealed class ServerUrlTests
{
    [Theory]
    [InlineData("http://example.com", "http://example.com")]
    [InlineData("http://example.com/", "http://example.com")]
    [InlineData("http://example.com///", "http://example.com")]
    [InlineData("  http://example.com\n", "http://example.com")]
    [InlineData("HTTP://Example.COM:80", "http://example.com")]
    [InlineData("https://example.com:443/", "https://example.com")]
    [InlineData("https://example.com:80", "https://example.com:80")]
    [InlineData("http://example.com.", "http://example.com")]
    [InlineData("http://bücher.example", "http://xn--bcher-kva.example")]
    [InlineData("http://example.com/team-a/", "http://example.com/team-a")]
    [InlineData("http://example.com/Team-A", "http://example.com/Team-A")]
    [InlineData("http://example.com/a/../b/.", "http://example.com/b")]
    [InlineData("http://example.com/@scope", "http://example.com/@scope")]
    [InlineData("http://0x7f.1:4111", "http://127.0.0.1:4111")]
    [InlineData("http://[0:0:0:0:0:0:0:1]:4111", "http://[::1]:4111")]
    public void Has_one_form_however_it_is_written(string text, string canonical)
    {
        Assert.Null(ServerUrl.Check(text, out var url));
        Assert.Null(ServerUrl.Check(canonical, out var same));

        Assert.Equal(canonical, url!.ToString());
        Assert.Equal(same, url);
    }

    /// <remarks>Redis would give back what no replica takes.</remarks>
    [Fact]
    public void Is_refused_if_its_one_form_is_too_long()
        => Assert.Equal("it is longer than 2048 characters", ServerUrl.Check($"http://example.com/{new string('\u00e9', 400)}", out _));

    [Theory]
    [InlineData("http://example.com", "api/agents", "http://example.com/api/agents")]
    [InlineData("http://example.com/team-a", "api/agents", "http://example.com/team-a/api/agents")]
    public void Keeps_its_path_before_the_path_of_a_request(string text, string path, string expected)
    {
        Assert.Null(ServerUrl.Check(text, out var url));

        Assert.Equal(expected, url!.Combine(path).AbsoluteUri);
    }

    [Theory]
    [InlineData(null, "absolute")]
    [InlineData("", "absolute")]
    [InlineData("example.com", "absolute")]
    [InlineData("localhost:4111", "absolute")]
    [InlineData("//example.com", "absolute")]
    [InlineData("/@169.254.169.254/metadata", "absolute")]
    [InlineData("http:///169.254.169.254", "absolute")]
    [InlineData("http://", "absolute")]
    [InlineData("http://exa%2emple.com", "absolute")]
    [InlineData("http://example.com:99999", "absolute")]
    [InlineData("http://a@b@example.com", "absolute")]
    [InlineData("ftp://example.com", "absolute")]
    [InlineData("file:///etc/passwd", "absolute")]
    [InlineData("gopher://127.0.0.1:6379/_INFO", "absolute")]
    [InlineData("unix:///var/run/docker.sock", "absolute")]
    [InlineData("javascript:alert(1)", "absolute")]
    [InlineData("http://user@10.0.0.1", "AGENT_SERVER_AUTH")]
    [InlineData("http://user:secret@example.com", "AGENT_SERVER_AUTH")]
    [InlineData("http://@example.com", "AGENT_SERVER_AUTH")]
    [InlineData("http://example.com%40169.254.169.254", "absolute")]
    [InlineData("http://example.com?key=secret", "query")]
    [InlineData("http://example.com/?", "query")]
    [InlineData("http://example.com#@169.254.169.254", "fragment")]
    [InlineData("http:\\\\169.254.169.254", "backslash")]
    [InlineData("http://example.com\\@169.254.169.254", "backslash")]
    [InlineData("http://example.com/a b", "space")]
    [InlineData("http://exam\nple.com", "space")]
    [InlineData("http://example.com/\u0000", "invisible")]
    [InlineData("http://example.com/\u202Emoc", "invisible")]
    [InlineData("http://exam\u00ADple.com", "invisible")]
    [InlineData("http://a／b.example", "neither a name nor an address")]
    [InlineData("http://a℀b.example", "neither a name nor an address")]
    [InlineData("http://-a", "neither a name nor an address")]
    public void Says_why_a_text_is_no_server(string? text, string reason)
    {
        var problem = ServerUrl.Check(text, out var url);

        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Null(url);
    }

    [Fact]
    public void Is_no_longer_than_2048_characters()
    {
        Assert.Null(ServerUrl.Check($"http://example.com/{new string('a', 2000)}", out _));
        Assert.Contains("2048", ServerUrl.Check($"http://example.com/{new string('a', 3000)}", out _), StringComparison.Ordinal);
    }

    [Fact]
    public void Never_repeats_what_it_was_given_when_that_may_be_a_secret()
        => Assert.DoesNotContain("canary", ServerUrl.Check("http://user:canary@example.com", out _), StringComparison.Ordinal);

    [Theory]
    [InlineData("api/agents?x=1", "http://example.com/team/api/agents?x=1")]
    [InlineData("/a2a", "http://example.com/a2a")]
    [InlineData("//elsewhere.example/a2a", null)]
    [InlineData("https://example.com/a2a", null)]
    [InlineData("http://example.com:81/a2a", null)]
    public void No_path_leads_to_another_server(string path, string? expected)
    {
        ServerUrl.Check("http://example.com/team", out var url);

        if (expected is null)
        {
            Assert.Throws<ArgumentException>(() => url!.Combine(path));
        }
        else
        {
            Assert.Equal(expected, url!.Combine(path).AbsoluteUri);
        }
    }
}
