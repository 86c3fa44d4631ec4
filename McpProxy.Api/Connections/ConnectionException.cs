using ModelContextProtocol;

namespace McpProxy.Api.Connections;

/// <summary>A server could not be connected or disconnected. The message reaches the MCP client and says what to do next.</summary>
internal sealed class ConnectionException(string message, Exception? innerException = null)
    : McpException(message, innerException);
