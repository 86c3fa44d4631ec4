using System.Text.Json.Nodes;
using McpProxy.Api.Text;

namespace McpProxy.Tests.Text;

public sealed class RemoteTextTests
{
    [Theory]
    [InlineData("Weather agent", "Weather agent")]
    [InlineData("Grüße, 天気, 🌦", "Grüße, 天気, 🌦")]
    [InlineData("  two\t\r\n\n  words\u3000\u00A0here ", "two words here")]
    [InlineData("one\u2028two\u2029three\u0085four\vfive", "one two three four five")]
    [InlineData("a\0b\u0007c\u001B[31md\u007Fe\u009Bf", "abc[31mdef")]
    [InlineData("z\u200Be\u200Cr\u200Do\u2060\uFEFF\u00AD\u180E!", "zero!")]
    [InlineData("\u202Etxt.exe\u202C \u2066x\u2069\u061C\u200E\u200F", "txt.exe x")]
    [InlineData("tag\U000E0001\U000E0041\U000E007F\U000E0100s", "tags")]
    [InlineData("v\uFE00\uFE0F\uFE0Es", "vs")]
    [InlineData("f\u3164\u115F\u1160\uFFA0\u034Fs", "fs")]
    [InlineData("p\uE000\uF8FF\U000F0000\U0010FFFDs", "ps")]
    [InlineData("no\uFFFDthing", "nothing")]
    public void Keeps_only_what_a_reader_sees(string text, string expected) => Assert.Equal(expected, RemoteText.Clean(text, 100));

    [Fact]
    public void Leaves_out_halves_of_characters() => Assert.Equal("half way", RemoteText.Clean("half\uD800 \uDC00way\uD83C", 100));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    [InlineData("\u200B\u202E\U000E0041")]
    public void Is_nothing_when_there_is_nothing_to_see(string? text)
    {
        Assert.Null(RemoteText.Clean(text, 100));
        Assert.Null(RemoteText.Error(text));
    }

    [Fact]
    public void Keeps_lines_where_they_matter()
        => Assert.Equal("1. Ask\n  2. Answer\n\nEnd", RemoteText.Clean("\n\n1. Ask\r\n  2. \u200BAnswer\u2028\rEnd\n", 100, keepLines: true));

    [Theory]
    [InlineData("12345", "12345")]
    [InlineData("123456", "1234…")]
    [InlineData("1234 \n", "1234")]
    [InlineData("123 56", "123…")]
    [InlineData("123🌦6", "123…")]
    [InlineData("12🌦56", "12🌦…")]
    public void Cuts_between_characters_and_shows_it(string text, string expected) => Assert.Equal(expected, RemoteText.Clean(text, 5));

    [Fact]
    public void Cuts_text_of_any_size() => Assert.Equal(500, RemoteText.Clean(new string('x', 1_000_000), 500)!.Length);

    [Theory]
    [InlineData("The model is overloaded.", "The model is overloaded.")]
    [InlineData("at least one message is required", "at least one message is required")]
    [InlineData("Unexpected token '<' after max_tokens: 4096", "Unexpected token '<' after max_tokens: 4096")]
    [InlineData("the primary key: 7, sort keys, a turkey", "the primary key: 7, sort keys, a turkey")]
    [InlineData("no model jina-embeddings-v2-base or global-something-rather-long", "no model jina-embeddings-v2-base or global-something-rather-long")]
    [InlineData("compass: north, trespass: none", "compass: north, trespass: none")]
    [InlineData("Line 1\nLine 2", "Line 1 Line 2")]
    [InlineData("Failed\n    at run (/app/dist/index.js:10:3)\n    at main", "Failed")]
    [InlineData("Failed\r\n   at Agents.Run() in /src/Agents.cs:line 3", "Failed")]
    [InlineData("Failed\\n    at run (/app/dist/index.js:10:3)", "Failed")]
    [InlineData("Failed at run (/app/dist/index.js:10:3)", "Failed")]
    [InlineData("Failed: Traceback (most recent call last):\n  File \"/app/x.py\", line 1", "Failed:")]
    public void Keeps_a_message_and_leaves_out_its_stack(string text, string expected) => Assert.Equal(expected, RemoteText.Error(text));

    [Theory]
    [InlineData("connect to postgres://app:canary@db:5432/x failed")]
    [InlineData("connect to https://canary@host failed")]
    [InlineData("connect to redis://:p@canary@host failed")]
    [InlineData("sent Bearer canary")]
    [InlineData("sent bearer  canary.canary/canary+canary=")]
    [InlineData("Authorization: Basic canary")]
    [InlineData("authorization=canary")]
    [InlineData("Incorrect API key provided: canary. Find yours at example.com")]
    [InlineData("Incorrect key sk-canary-1234567")]
    [InlineData("Incorrect key sk_live_canary")]
    [InlineData("Incorrect key lsv2_pt_canary123_canary")]
    [InlineData("Incorrect key ghp_canarycanarycanary")]
    [InlineData("api_key=canary&x=1")]
    [InlineData("apiKey: 'canary canary'")]
    [InlineData("x-api-key: canary")]
    [InlineData("OPENAI_API_KEY=canary")]
    [InlineData("password=canary")]
    [InlineData("Password : canary")]
    [InlineData("{\"password\":\"canary canary\",\"user\":\"x\"}")]
    [InlineData("{\\\"secret\\\": \\\"canary canary\\\"}")]
    [InlineData("client_secret=canary")]
    [InlineData("secret_key: canary")]
    [InlineData("token: canary")]
    [InlineData("access_token=\"canary\"")]
    [InlineData("aws_secret_access_key = canary")]
    [InlineData("Set-Cookie: canary")]
    [InlineData("pass\u200Bword=canary")]
    [InlineData("GET https://x.blob.core.windows.net/a?sv=2024&sig=canary%2F failed")]
    [InlineData("GET https://host/v1?key=canary failed")]
    [InlineData("GET https://host/api?code=canary&x=1 failed")]
    [InlineData("DB_PASS=canary")]
    [InlineData("pass: canary")]
    [InlineData("AccountName=x;AccountKey=canary==;")]
    [InlineData("SharedAccessKey=canary")]
    [InlineData("ENCRYPTION_KEY=canary")]
    [InlineData("X-Amz-Signature=canary")]
    public void Masks_credentials(string text)
    {
        var error = RemoteText.Error(text);

        Assert.DoesNotContain("canary", error, StringComparison.Ordinal);
        Assert.Contains("***", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key AKIAIOSFODNN7EXAMPLE was refused", "key *** was refused")]
    [InlineData("key AIzaSyA1234567890abcdefghijklmn was refused", "key *** was refused")]
    [InlineData("sent eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl, expired", "sent ***, expired")]
    [InlineData("read -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "read ***")]
    [InlineData("password=a; host=b", "password=***; host=b")]
    [InlineData("key hf_abcdefghijklmnopqrst was refused", "key *** was refused")]
    [InlineData("key npm_abcdefghijklmnopqrst was refused", "key *** was refused")]
    [InlineData("key SG.abcdefghijklm.nopqrstuvwxyz was refused", "key *** was refused")]
    [InlineData("key gsk_abcdefghijklmnopqrst was refused", "key *** was refused")]
    [InlineData("key xai-abcdefghijklmnopqrst was refused", "key *** was refused")]
    [InlineData("key nvapi-abcdefghijklmnopqrst was refused", "key *** was refused")]
    [InlineData("key dop_v1_abcdefghijklmnopqrst was refused", "key *** was refused")]
    [InlineData("key hvs.abcdefghijklmnopqrst was refused", "key *** was refused")]
    [InlineData("key SK0123456789abcdef0123456789abcdef was refused", "key *** was refused")]
    [InlineData("key key-0123456789abcdef0123456789abcdef was refused", "key *** was refused")]
    [InlineData("key ATATT3xFfGF0abcdefghijklmnop= was refused", "key *** was refused")]
    public void Masks_credentials_by_their_shape(string text, string expected) => Assert.Equal(expected, RemoteText.Error(text));

    [Fact]
    public void Masks_a_credential_that_the_end_of_the_message_would_cut()
        => Assert.DoesNotContain("canary", RemoteText.Error($"{new string('x', 280)} token: {new string('y', 50)}canary"), StringComparison.Ordinal);

    [Fact]
    public void Keeps_an_error_short() => Assert.Equal(300, RemoteText.Error(new string('x', 60_000))!.Length);

    [Fact]
    public void Cleans_a_whole_tree()
    {
        var tree = JsonNode.Parse(
            """{"na\u200bme":"a\u202eb","steps":[{"id":"\u0000x"},["y\n\u200bz"],3,true,null],"count":1.50,"empty":"\u200b"}""")!.AsObject();

        var cleaned = RemoteText.CleanTree(tree);

        Assert.Equal("""{"name":"ab","steps":[{"id":"x"},["y\nz"],3,true,null],"count":1.50,"empty":""}""", cleaned.ToJsonString());
    }

    [Fact]
    public void Bounds_every_text_in_a_tree()
    {
        var cleaned = RemoteText.CleanTree(new() { ["instructions"] = new string('x', 1_000_000), [new string('k', 1_000_000)] = 1 });

        Assert.Equal(16_000, (string?)cleaned["instructions"] is { Length: var length } ? length : 0);
        Assert.All(cleaned, member => Assert.InRange(member.Key.Length, 1, 200));
    }

    [Theory]
    [InlineData("""{"fine":"x","twice":{"a":1,"a":2}}""", """{"fine":"x","twice":null}""")]
    [InlineData("""{"fine":"x","half":"\ud800"}""", """{"fine":"x","half":null}""")]
    [InlineData("""{"fine":"x","half":{"\ud800":1}}""", """{"fine":"x","half":null}""")]
    [InlineData("""{"a":1,"a":2}""", "{}")]
    [InlineData("""{"a":1,"a\u200b":2}""", """{"a":1}""")]
    public void Leaves_out_what_cannot_be_read(string json, string expected)
        => Assert.Equal(expected, RemoteText.CleanTree(JsonNode.Parse(json)!.AsObject()).ToJsonString());
}
