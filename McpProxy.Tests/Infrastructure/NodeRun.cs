namespace McpProxy.Tests.Infrastructure;

internal sealed record NodeRun(int ExitCode, string Output, string Errors);
