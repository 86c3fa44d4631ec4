namespace McpProxy.Testing.Processes;

internal sealed record NodeRun(int ExitCode, string Output, string Errors);
