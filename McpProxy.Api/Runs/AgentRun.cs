namespace McpProxy.Api.Runs;

/// <summary>A run as it stands.</summary>
/// <param name="Id">Its handle: whoever knows it may follow the run and cancel it.</param>
/// <param name="Facts">What it is.</param>
/// <param name="Words">What the agent has said lately, while it is at work.</param>
/// <param name="End">How it ended, if it has.</param>
internal sealed record AgentRun(string Id, RunFacts Facts, string Words, RunEnd? End = null)
{
    public RunStatus Status => End?.Status ?? RunStatus.Running;
}
