using System.ComponentModel.DataAnnotations;
using System.Net;
using McpProxy.Api.Connections;

namespace McpProxy.Tests.Connections;

public sealed class ServerUrlPolicyTests
{
    public static TheoryData<string> NeverConnected => new(
        "http://169.254.169.254", // metadata
        "http://169.254.169.254./latest/meta-data",
        "http://2852039166",
        "http://0xa9fea9fe",
        "http://0xa9.0xfe.0xa9.0xfe",
        "http://0251.0376.0251.0376",
        "http://169.254.43518",
        "http://１６９.254.169.254",
        "http://[::ffff:169.254.169.254]",
        "http://[0:0:0:0:0:ffff:a9fe:a9fe]",
        "http://[::169.254.169.254]",
        "http://[64:ff9b::169.254.169.254]",
        "http://[64:ff9b:1::169.254.169.254]",
        "http://[2002:a9fe:a9fe::1]",
        "http://[2001:0:4136:e378:8000:63bf:5601:5601]",
        "http://[fd00:ec2::254]",
        "http://[fd20:ce::254]",
        "http://100.100.100.200",
        "http://168.63.129.16",
        "http://metadata.google.internal",
        "https://Metadata.Google.Internal.:8443/computeMetadata",
        "http://instance-data.ec2.internal",
        "http://169.254.1.1", // link-local
        "http://[fe80::1]",
        "http://[fe80::1%25eth0]",
        "http://[febf::1]",
        "http://[::ffff:169.254.0.1]",
        "http://224.0.0.1", // multicast
        "http://239.255.255.250:1900",
        "http://[ff02::1]",
        "http://0.0.0.0", // unspecified
        "http://0",
        "http://0.1.2.3",
        "http://[::]",
        "http://[::ffff:0.0.0.0]",
        "http://255.255.255.255", // broadcast
        "http://4294967295",
        "http://240.0.0.1", // reserved
        "http://192.0.2.1",
        "http://198.51.100.1",
        "http://203.0.113.1",
        "http://198.18.0.1",
        "http://192.0.0.8",
        "http://[2001:db8::1]",
        "http://[3fff::1]",
        "http://[100::1]",
        "http://[fec0::1]",
        "http://[2002:c0a8:101::1]");

    public static TheoryData<string> Near => new(
        "http://127.0.0.1:4111", // loopback
        "http://127.0.0.1.",
        "http://127.1",
        "http://127.255.255.254",
        "http://2130706433",
        "http://0x7f.1",
        "http://0177.0.0.1",
        "http://①②⑦.0.0.1",
        "http://127。0。0。1",
        "http://[::1]",
        "http://[0:0:0:0:0:0:0:1]:2024",
        "http://[::ffff:127.0.0.1]",
        "http://[64:ff9b::127.0.0.1]",
        "http://localhost",
        "http://LocalHost.:8080",
        "http://ⓛocalhost",
        "http://agents.localhost",
        "http://10.0.0.1", // private
        "http://0xa.1",
        "http://172.16.0.1",
        "http://172.31.255.255",
        "http://192.168.1.1",
        "http://3232235777",
        "http://100.64.0.1",
        "http://[fd12:3456::1]",
        "http://[fc00::1]",
        "http://[::ffff:10.0.0.1]",
        "http://[64:ff9b::10.0.0.1]");

    public static TheoryData<string> Public => new(
        "https://agents.example.com",
        "https://8.8.8.8",
        "http://9.255.255.255",
        "http://11.0.0.1",
        "http://172.15.255.255",
        "http://172.32.0.1",
        "http://100.63.255.255",
        "http://100.128.0.1",
        "http://223.255.255.255",
        "http://[2606:4700::1111]",
        "http://[64:ff9b::8.8.8.8]",
        "http://[::ffff:8.8.8.8]",
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://xn--bcher-kva.example");

    [Theory]
    [MemberData(nameof(NeverConnected))]
    public void Never_connects_where_no_agent_server_lives(string url)
    {
        Assert.Contains("where the proxy never connects", Problem(url, listensOnLoopback: true), StringComparison.Ordinal);
        Assert.Contains("where the proxy never connects", Problem(url, listensOnLoopback: false), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NeverConnected))]
    public void Never_connects_where_no_agent_server_lives_even_if_it_is_configured(string url)
    {
        var host = Parse(url).Authority;

        Assert.NotNull(Problem(url, listensOnLoopback: true, agentServers: url, allowed: host));
        Assert.NotNull(Problem(url, listensOnLoopback: false, agentServers: url, allowed: host));
    }

    [Theory]
    [MemberData(nameof(Near))]
    public void Connects_to_private_addresses_while_only_this_machine_can_reach_the_proxy(string url)
    {
        Assert.Null(Problem(url, listensOnLoopback: true));
        Assert.Contains("MCP_ALLOWED_SERVERS", Problem(url, listensOnLoopback: false), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Near))]
    public void Connects_to_private_addresses_that_are_configured(string url)
    {
        var authority = Parse(url).Authority;

        Assert.Null(Problem(url, listensOnLoopback: false, agentServers: $"{url}/team-a"));
        Assert.Null(Problem(url, listensOnLoopback: false, allowed: authority));
    }

    [Theory]
    [MemberData(nameof(Public))]
    public void Connects_to_public_addresses(string url)
    {
        Assert.Null(Problem(url, listensOnLoopback: true));
        Assert.Null(Problem(url, listensOnLoopback: false));
    }

    [Theory]
    [InlineData("agents.internal", "agents.internal", 80, true)]
    [InlineData("AGENTS.internal", "agents.internal", 8080, true)]
    [InlineData("agents.internal.", "agents.internal", 80, true)]
    [InlineData("other, agents.internal", "agents.internal", 80, true)]
    [InlineData("agents.internal:8080", "agents.internal", 8080, true)]
    [InlineData("agents.internal:8080", "agents.internal", 80, false)]
    [InlineData("agents.internal:80", "agents.internal", 8080, false)]
    [InlineData("*.internal", "agents.internal", 80, true)]
    [InlineData("*.internal", "a.b.internal", 80, true)]
    [InlineData("*.internal:8080", "agents.internal", 80, false)]
    [InlineData("*.internal", "internal", 80, false)]
    [InlineData("*.internal", "evilinternal", 80, false)]
    [InlineData("internal", "agents.internal", 80, false)]
    [InlineData("agents.internal", "agents.internal.evil.com", 80, false)]
    [InlineData("10.0.0.1", "10.0.0.1", 80, true)]
    [InlineData("10.0.0.1", "10.0.0.2", 80, false)]
    [InlineData("[fd00::1]", "fd00::1", 80, true)]
    [InlineData("[fd00::1]:80", "fd00::1", 81, false)]
    public void Reads_the_patterns_for_allowed_hosts(string allowed, string host, int port, bool expected)
        => Assert.Equal(expected, Policy(listensOnLoopback: false, allowed: allowed).Problem(host, port, IPAddress.Parse("10.0.0.1")) is null);

    [Theory]
    [InlineData("http://agents.internal")]
    [InlineData("*")]
    [InlineData("agents.internal/path")]
    [InlineData("fd00::1")]
    [InlineData("user@agents.internal")]
    [InlineData("agents.*")]
    public void Refuses_a_pattern_that_names_no_host_by_its_number(string allowed)
        => Assert.StartsWith(
            "MCP_ALLOWED_SERVERS holds an entry that names no host. Write host, host:port or *.domain, and an IPv6 address in brackets. It is number 2 of 2.",
            Assert.Single(Validate(new() { AllowedServers = $"fine {allowed}" })),
            StringComparison.Ordinal);

    [Fact]
    public void Trusts_a_configured_server_only_at_its_port()
        => Assert.NotNull(Problem("http://10.0.0.1:6379", listensOnLoopback: false, agentServers: "http://10.0.0.1:4111"));

    [Fact]
    public void Names_the_kind_of_an_address_that_a_name_leads_to_but_not_the_address()
    {
        var problem = Policy(listensOnLoopback: false).Problem("agents.example.com", 80, IPAddress.Parse("10.11.12.13"));

        Assert.Contains("private", problem, StringComparison.Ordinal);
        Assert.Contains("agents.example.com", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("10.11", problem, StringComparison.Ordinal);
    }

    private static string? Problem(string url, bool listensOnLoopback, string agentServers = "", string allowed = "")
        => Policy(listensOnLoopback, agentServers, allowed).Problem(Parse(url));

    private static ServerUrlPolicy Policy(bool listensOnLoopback, string agentServers = "", string allowed = "")
    {
        var options = new ConnectionOptions { AgentServers = agentServers, AllowedServers = allowed };
        Assert.Empty(Validate(options));

        return new(options, listensOnLoopback);
    }

    private static List<string> Validate(ConnectionOptions options)
        => [.. options.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage!)];

    private static ServerUrl Parse(string text)
    {
        Assert.Null(ServerUrl.Check(text, out var url));

        return url!;
    }
}
