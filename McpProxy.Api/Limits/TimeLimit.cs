namespace McpProxy.Api.Limits;

/// <summary>How long something may take, and what to say when it took longer.</summary>
/// <param name="Seconds">How long.</param>
/// <param name="Overrun">The middle of that sentence, such as <c>did not finish within</c>.</param>
/// <param name="Advice">What to know, or to check.</param>
/// <param name="Setting">The setting that says how long.</param>
internal sealed record TimeLimit(int Seconds, string Overrun, string Advice, string Setting)
{
    public const string AgentMayHaveRun = "The agent may still have done its work";

    public TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    public ProxyException Exceeded(string subject, Exception exception) => new(
        ErrorKind.TimedOut, $"{subject} {Overrun} {Seconds} s. {Advice}; {Setting} sets how long the proxy waits.", exception);
}
