namespace McpProxy.Api.Configuration;

/// <summary>A setting is wrong. The message names it and says what it may be.</summary>
internal sealed class SettingsException(string message, Exception? innerException = null) : Exception(message, innerException);
