using CsCheck;
using Microsoft.AspNetCore.Http;

namespace McpProxy.Tests.Fuzzing;

/// <summary>What a server answers to one request. Every character of the body is a byte.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">What it says that the body is.</param>
/// <param name="Body">The body.</param>
/// <param name="Header">One more header, as <c>name: value</c>.</param>
internal sealed record WrongAnswer(int Status, string ContentType, string Body, string? Header = null)
{
    private const string EventStream = "text/event-stream";

    private static readonly Gen<int> _status = Gen.Frequency(
        (30, Gen.Const(200)), (1, Gen.OneOf(204, 206, 302, 400, 401, 403, 404, 409, 422, 429, 500, 502, 504)));

    private static readonly Gen<string> _errors = Wrong.Json(
        """{"error":"It failed.\n    at main (/srv/x.js:1:2)"}""",
        """{"error":{"message":"It failed."},"message":"x"}""",
        """{"error":"Wrong","issues":[{"field":"messages","message":"Required"},{"field":"a","message":"b"}]}""",
        """{"detail":"It failed."}""",
        """{"message":"password=secret and { as the http:// of bearer x"}""",
        "Internal Server Error");

    public static Gen<WrongAnswer> Json(params string[] right) => Of("application/json", Wrong.Json(right));

    public static Gen<WrongAnswer> Events(Gen<string?> header, params (string Before, string Json, string After)[][] right)
        => Of(EventStream, Wrong.Stream(right), header);

    public static Gen<WrongAnswer> Of(string contentType, Gen<string> body, Gen<string?>? header = null)
        => from status in _status
           from text in status < 400 ? body : _errors
           from other in Gen.Int[0, 30]
           from told in header ?? Gen.Const((string?)null)
           select new WrongAnswer(
               status,
               other switch
               {
                   0 => "text/html",
                   1 => $"{contentType}; charset=nonsense",
                   2 => "nonsense",
                   3 => "text/plain",
                   4 => EventStream,
                   _ => contentType,
               },
               text,
               told);

    public async Task SendAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = ContentType;
        if (Header?.Split(": ", 2) is [var name, var value])
        {
            context.Response.Headers[name] = value;
        }

        if (Status is not 204)
        {
            await context.Response.Body.WriteAsync(Wrong.ToBytes(Body), context.RequestAborted);
        }
    }
}
