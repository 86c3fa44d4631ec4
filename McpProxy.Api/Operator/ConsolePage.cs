using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace McpProxy.Api.Operator;

/// <summary>The page at <c>/</c>: files of this assembly, which anybody may read. What they show, the page asks the proxy for, with its user's key.</summary>
internal static class ConsolePage
{
    private const string Folder = "console/";
    private const string Index = "index.html";

    /// <summary>Nothing but the proxy's own files runs or is asked, whatever agent servers say.</summary>
    private const string SecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapConsolePage(this WebApplication app)
    {
        var assembly = typeof(ConsolePage).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            app.MapFile(resource is Folder + Index ? "/" : $"/{resource}", content);
        }
    }

    private static void MapFile(this WebApplication app, string path, byte[] content)
    {
        var type = Path.GetExtension(path) switch
        {
            ".js" => "text/javascript",
            ".css" => "text/css",
            ".svg" => "image/svg+xml",
            _ => "text/html",
        };
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
        app.MapGet(path, context =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = SecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-cache";

            return Results.Bytes(content, $"{type}; charset=utf-8", entityTag: tag).ExecuteAsync(context);
        }).AllowAnonymous();
    }
}
