using ModelContextProtocol;

namespace McpProxy.Api.Runs;

/// <summary>A run can't be had. The message reaches the MCP client and says what to do next.</summary>
internal sealed class RunException(string message) : McpException(message);
