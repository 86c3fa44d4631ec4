namespace McpProxy.Testing.Processes;

internal sealed record CommandResult(int ExitCode, string Output, string Errors);
