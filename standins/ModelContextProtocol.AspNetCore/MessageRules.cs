using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace ModelContextProtocol.AspNetCore;

/// <summary>What the headers of a message and its metadata have to say about each other.</summary>
internal static class MessageRules
{
    public static Refusal? Check(IHeaderDictionary headers, JsonRpcMessage message, McpServerOptions options)
    {
        var (method, parameters) = message switch
        {
            JsonRpcRequest request => (request.Method, request.Params as JsonObject),
            JsonRpcNotification notification => (notification.Method, notification.Params as JsonObject),
            _ => (null, null),
        };

        if (method is null)
        {
            return null;
        }

        var version = headers[McpHeaders.ProtocolVersion].ToString();
        var metadata = parameters?["_meta"] as JsonObject;

        return ProtocolRevisions.IsModern(version)
            ? CheckMetadata(version, metadata, message is JsonRpcRequest)
                ?? CheckMethod(headers, method)
                ?? CheckName(headers, method, parameters)
                ?? (method == RequestMethods.ToolsCall ? ParameterHeaders.Check(headers, parameters, options.ToolCollection) : null)
            : CheckHandshakeEra(version, method, parameters, metadata);
    }

    private static Refusal? CheckHandshakeEra(string version, string method, JsonObject? parameters, JsonObject? metadata)
    {
        if (ProtocolRevisions.IsModern(metadata.Text(MetaKeys.ProtocolVersion)))
        {
            return Refusal.Mismatch($"The {McpHeaders.ProtocolVersion} header must repeat the version in _meta.");
        }

        var contradicts = version.Length > 0 && method == RequestMethods.Initialize
            && parameters.Text("protocolVersion") is { } asked && asked != version;

        return contradicts ? Refusal.Mismatch($"The {McpHeaders.ProtocolVersion} header and params.protocolVersion differ.") : null;
    }

    private static Refusal? CheckMetadata(string version, JsonObject? metadata, bool isRequest)
    {
        var declared = metadata.Text(MetaKeys.ProtocolVersion);
        if (declared is not null && declared != version)
        {
            return Refusal.Mismatch($"The {McpHeaders.ProtocolVersion} header and the version in _meta differ.");
        }

        if (isRequest && declared is null)
        {
            return Refusal.BadRequest(McpErrorCode.InvalidParams, $"_meta must have {MetaKeys.ProtocolVersion}.");
        }

        return isRequest && metadata?[MetaKeys.ClientCapabilities] is not JsonObject
            ? Refusal.BadRequest(McpErrorCode.InvalidParams, $"_meta must have {MetaKeys.ClientCapabilities}, an object.")
            : null;
    }

    private static Refusal? CheckMethod(IHeaderDictionary headers, string method) =>
        headers[McpHeaders.Method].ToString().Trim() == method ? null : Refusal.Mismatch($"The {McpHeaders.Method} header must be the message's method.");

    private static Refusal? CheckName(IHeaderDictionary headers, string method, JsonObject? parameters)
    {
        var name = method switch
        {
            RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
            RequestMethods.ResourcesRead => "uri",
            _ => null,
        };

        return name is null || (ParameterHeaders.Read(headers, McpHeaders.Name) is { } value && value == parameters.Text(name))
            ? null
            : Refusal.Mismatch($"The {McpHeaders.Name} header must be params.{name}.");
    }
}
