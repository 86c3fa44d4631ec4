using System.ComponentModel.DataAnnotations;
using System.Text;
using CsCheck;
using McpProxy.Api;
using McpProxy.Api.Access;
using McpProxy.Api.Configuration;
using McpProxy.Api.Connections;
using Microsoft.Extensions.Configuration;

namespace McpProxy.Tests.Fuzzing;

/// <summary>Whatever is written as a URL, a host or a setting, it is taken in one form or refused with a sentence.</summary>
public sealed class SettingsFuzzTests
{
    private static readonly Gen<string> _part = Gen.OneOf(
        Gen.OneOf(
            "http", "https", "://", "//", "/", ":", "@", "?", "#", "[", "]", "::1", "127.0.0.1", "0x7f.1", "2130706433", "169.254.169.254", "localhost",
            "example.com", "*.",
            "*", ".", "..", "xn--", "xn--a", "b\u00fccher", "\u24db\u24de\u24d2\u24d0\u24db", "\u3002", "\u0130", "%2e", "%2F", "%00", "%", "%zz", "%C3%BC",
            ":80", ":443", ":0",
            ":65536", ":99999999999", "\\", "\t", "\u200b", "\ud800", "\u00ad", "=", "+", "mastra+", "name=", ",", " ", "fe80::1%25eth0", "a", "~", "\u00e9",
            ";", "|", "^", "\"", "'",
            "user:password@", "server0", "::ffff:10.0.0.1", "[::1]", "ftp", "file", "%41", "/./", "/../", new string('\u00e9', 400), new string('a', 70),
            new string('/', 50)),
        Gen.Char.Select(character => $"{character}"),
        Gen.String[0, 8]);

    private static readonly Gen<string> _text = _part.Array[0, 8].Select(string.Concat);

    private static readonly Gen<string> _url = Gen.Frequency(
        (1, _text), (4, Gen.Select(Gen.OneOf("http://", "https://", "HTTP://"), _text, (scheme, rest) => scheme + rest)));

    [Fact]
    public Task A_url_is_refused_or_has_one_form_that_stays_as_it_is() => Fuzz.Each(_url, 20_000, text =>
    {
        if (ServerUrl.Check(text, out var url) is { } problem)
        {
            Assert.NotEmpty(problem);
            Assert.Null(url);

            return;
        }

        Assert.Null(ServerUrl.Check(url!.ToString(), out var again));
        Assert.Equal(url, again);
        Assert.Equal(url.ToString(), again!.ToString());
        Assert.StartsWith(url.Root.AbsoluteUri, url.Combine("api/agents?partial=true").AbsoluteUri, StringComparison.Ordinal);
        _ = new ServerUrlPolicy(new(), listensOnLoopback: false).Problem(url);
    });

    [Fact]
    public Task A_pattern_of_hosts_or_pages_is_refused_or_can_be_matched() => Fuzz.Each(_text, 20_000, text =>
    {
        if (HostPattern.TryParse(text, out var host))
        {
            _ = host.Matches("example.com", 80);
        }

        if (OriginPattern.TryParse(text, out var page))
        {
            _ = page.Matches(new("https://example.com"));
        }
    });

    [Fact]
    public Task Servers_are_read_or_refused_with_a_sentence() => Fuzz.Each(Gen.Select(_text, _url, _text, _url), 5000, texts =>
    {
        var (prefix, url, otherPrefix, otherUrl) = texts;
        var options = new ConnectionOptions { AgentServers = $"{prefix}{url} {otherPrefix}{otherUrl}", AllowedServers = prefix };
        using var configuration = new ConfigurationManager();
        (configuration["AUTH:server0:Url"], configuration["AUTH:server0:Token"]) = (otherUrl, otherPrefix);
        options.ReadSection(configuration.GetSection("AUTH"));

        var problems = options.Validate(new ValidationContext(options)).ToList();

        Assert.All(problems, problem => Assert.EndsWith(".", problem.ErrorMessage, StringComparison.Ordinal));
        Assert.All(options.StaticServers, server => Assert.Null(ServerNames.Problem(server.Name)));
        Assert.Equal(options.StaticServers.Count, options.StaticServers.Select(server => server.Url).Distinct().Count());
    });

    [Fact]
    public Task Any_setting_starts_the_proxy_or_stops_it_with_a_sentence()
    {
        string[] names =
            [.. ProxyApp.Options.SelectMany(options => options.Settings).Where(setting => setting.Property.CanWrite).Select(setting => setting.Name)];
        var value = Gen.OneOf(_text, _url, Gen.OneOf("", "0", "-1", "1", "true", "redis", "upstash", "stdio", "1e9", "2147483648", "a=b,c", "\u00a0"));

        return Fuzz.EachAsync(Gen.Select(Gen.OneOf(names), value, Gen.OneOf(names), value), 150, async settings =>
        {
            var (name, text, otherName, otherText) = settings;
            try
            {
                await using var app = ProxyApp.Build(
                    [$"--{name}={text}", $"--{otherName}={otherText}", "--Logging:LogLevel:Default=None", "--urls=http://127.0.0.1:0"]);
            }
            catch (SettingsException exception)
            {
                Assert.NotEmpty(exception.Message);
            }
        });
    }

    /// <summary>The file is read by a library that fails in its own words.</summary>
    [Fact]
    public Task Any_file_of_settings_is_read_or_refused_with_a_sentence()
    {
        var file = Path.GetTempFileName();
        var line = Gen.Select(
            Gen.OneOf("MCP_SERVER_PORT", "export A", "A.B", "A-B", "", "#", "1", "\u00e9", " "),
            Gen.OneOf("=", " = ", ":", "", "=="),
            Gen.OneOf(_text, Gen.OneOf("\"", "'", "\"a\nb\"", "$A", "${A", "${A:-b}", "\\n", "# x", "\"$\"", "`x`", "a b 'c")),
            Gen.OneOf("\n", "\r\n", "\r", "", "\n\n"),
            (name, sign, value, end) => name + sign + value + end);

        return Fuzz.Each(line.Array[0, 4].Select(string.Concat), 500, text =>
        {
            File.WriteAllBytes(file, Encoding.UTF8.GetBytes(text));
            try
            {
                using var configuration = new ConfigurationManager();
                configuration.AddEnvironmentVariables();
                ProxyApp.AddDotEnvFile(configuration, file);
            }
            catch (SettingsException exception)
            {
                Assert.NotEmpty(exception.Message);
            }
        });
    }
}
