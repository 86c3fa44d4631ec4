using System.Text;
using System.Text.Json;
using CsCheck;

namespace McpProxy.Tests.Fuzzing;

/// <summary>
/// Makes messages wrong, as those who write them do by mistake or on purpose. Every character stands for one byte, so that a message need not be text.
/// </summary>
internal static class Wrong
{
    private const int Many = 400;

    /// <summary>What nobody expects in the place of a value.</summary>
    private static readonly string[] _values =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "-0", "9223372036854775807", "9223372036854775808", "123456789012345678901234567890123", "1e19",
        "\"\"", "\" \"", "\"\\ud800\"", "\"\\udc00x\"", "\"x\\ud83d\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\u202e\\u200b\"", "\"\xff\xfe\"", "\"\xc3\"",
        "\"\n\"",
        "[]", "{}", "[[]]", "[null]", "{\"a\":1,\"a\":2}", "{\"\":null}", "{\"\\ud800\":1}", "{\"a\":{\"b\":\"\\ud800\"}}", "[1,\"x\",null,{}]",
        "{\"message\":\"\\udfff\"}",
        "{\"type\":\"text\",\"text\":\"x\"}", "[{\"type\":\"text\",\"text\":7}]", "{\"message\":{\"message\":\"x\"}}", "\"{\\\"message\\\":\\\"{}\\\"}\"",
        "\"2026-13-99\"", "\"00000000-0000-0000-0000-000000000000\"", "\"http://[\"", "\"..\"", "\"a/b?c#d\"", "\"a:b:c\"", "nul", "NaN", "'x'", "",
        $"\"{new string('x', 20_000)}\"", $"\"{string.Concat(Enumerable.Repeat("\\u00e9", 500))}\"", $"[{string.Join(',', Enumerable.Repeat("1", 2000))}]",
    ];

    /// <summary>What nobody expects in the middle of anything.</summary>
    private static readonly string[] _bytes =
    [
        "\0", "\xff", "\xc3\x28", "\xed\xa0\x80", "\xef\xbb\xbf", "\r", "\n", "\n\n", "\r\n\r\n", " ", ",", ":", "\"", "\\", "{", "}", "[", "]", "//", "/*",
        "\u007f", "\u0085",
    ];

    /// <summary>Text of any characters, halves of characters among them, as JSON.</summary>
    private static readonly Gen<string> _text = Gen.String[0, 12].Select(Quote);

    private static readonly Gen<string> _value = Gen.Frequency(
        (6, Gen.OneOf(_values)), (1, _text), (1, Gen.Long.Select(number => $"{number}")), (1, Gen.Int[1, 5000].Select(Deep)));

    /// <summary>One way of making JSON wrong, or only different.</summary>
    private static readonly Gen<Func<string, string>> _change = Gen.Select(Gen.Int[0, 11], Gen.Double.Unit, Gen.Double.Unit, _value)
        .Select((kind, where, other, value) => (Func<string, string>)(json => Change(json, kind, where, other, value)));

    /// <summary>JSON that is right at times, and else wrong in up to three places.</summary>
    public static Gen<string> Json(params string[] right)
        => Gen.Select(Gen.OneOf(right), _change.Array[0, 3]).Select((json, changes) => changes.Aggregate(json, (text, change) => change(text)));

    /// <summary>The same for what consists of several pieces of JSON with something in front and behind, such as a stream of events.</summary>
    public static Gen<string> Stream(params (string Before, string Json, string After)[][] right)
        => from pieces in Gen.OneOf(right)
           from which in Gen.Int[0, pieces.Length - 1].Array[0, 2]
           from changes in _change.Array[which.Length]
           from order in Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 4]))
           from ends in Gen.Frequency((6, Gen.Const("\n")), (1, Gen.OneOf("\r\n", "\r", "", "\n\n", "\xe2\x80\xa8")))
           from bytes in Bytes(Format(pieces, which, changes, order).Replace("\n", ends, StringComparison.Ordinal))
           select bytes;

    /// <summary>Any text, cut or with bytes in it that do not belong there, at times.</summary>
    public static Gen<string> Bytes(string right)
        => Gen.Select(Gen.Int[0, 9], Gen.Double.Unit, Gen.OneOf(_bytes)).Select((kind, where, bytes) => kind switch
        {
            0 => right[..At(right.Length, where)],
            1 => right.Insert(At(right.Length, where), bytes),
            2 when right is not "" => right.Remove(At(right.Length - 1, where), 1),
            _ => right,
        });

    /// <summary>The bytes that a message stands for.</summary>
    public static byte[] ToBytes(string message) => Encoding.Latin1.GetBytes(message);

    private static string Format((string Before, string Json, string After)[] right, int[] which, Func<string, string>[] changes, int order)
    {
        var pieces = right.ToList();
        for (var i = 0; i < which.Length; i++)
        {
            pieces[which[i]] = pieces[which[i]] with { Json = changes[i](pieces[which[i]].Json) };
        }

        var at = which is [var first, ..] ? first : 0;
        switch (order)
        {
            case 1:
                pieces.RemoveAt(at);
                break;
            case 2:
                pieces.InsertRange(at, Enumerable.Repeat(pieces[at], 50));
                break;
            case 3:
                pieces.Reverse();
                break;
            case 4:
                pieces.RemoveRange(at, pieces.Count - at);
                break;
        }

        return string.Concat(pieces.Select(piece => piece.Before + piece.Json + piece.After));
    }

    private static string Change(string json, int kind, double where, double other, string value)
    {
        var parts = Parts(json);
        if (parts is [])
        {
            return json.Insert(At(json.Length, where), value);
        }

        var (name, start, end) = parts[At(parts.Count - 1, where)];
        var (_, otherStart, otherEnd) = parts[At(parts.Count - 1, other)];
        var (begin, old) = (name < 0 ? start : name, json[start..end]);

        return (kind, name) switch
        {
            (0, >= 0) => $"{json[..name]}{json[name..start]}{value},{json[name..]}",
            (1, >= 0) => $"{json[..name]}{Quote("unknown")}:{old}{json[end..]}",
            (2, >= 0) => $"{json[..name]}{value}:{old}{json[end..]}",
            (3, >= 0) => $"{json[..name]}\"{new string('n', 3000)}\":{old}{json[end..]}",
            (4, _) => $"{json[..end]}{string.Concat(Enumerable.Repeat($",{json[begin..end]}", Many))}{json[end..]}",
            (5, _) => $"{json[..start]}{json[otherStart..otherEnd]}{json[end..]}",
            (6, _) => $"{json[..start]}[{old}]{json[end..]}",
            (7, _) => $"{json[..start]}{Quote(old)}{json[end..]}",
            (8, _) => json[..end],
            _ => $"{json[..start]}{value}{json[end..]}",
        };
    }

    /// <returns>Where each value begins and ends, and where its name begins, if it has one.</returns>
    private static List<(int Name, int Start, int End)> Parts(string json)
    {
        var (parts, open, name) = (new List<(int, int, int)>(), new Stack<(int Name, int Start)>(), -1);
        var reader = new Utf8JsonReader(ToBytes(json));
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = (int)reader.TokenStartIndex;
                        continue;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push((name, (int)reader.TokenStartIndex));
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        var (itsName, start) = open.Pop();
                        parts.Add((itsName, start, (int)reader.BytesConsumed));
                        break;
                    default:
                        parts.Add((name, (int)reader.TokenStartIndex, (int)reader.BytesConsumed));
                        break;
                }

                name = -1;
            }
        }
        catch (JsonException)
        {
            // Nothing can be said of what comes behind a mistake.
        }

        return parts;
    }

    private static string Quote(string text) => $"\"{string.Concat(text.Select(character => $"\\u{(int)character:x4}"))}\"";

    private static string Deep(int depth) => depth % 2 is 0
        ? new string('[', depth) + new string(']', depth)
        : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private static int At(int length, double where) => (int)Math.Round(length * where);
}
