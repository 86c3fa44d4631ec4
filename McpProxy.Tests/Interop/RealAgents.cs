namespace McpProxy.Tests.Interop;

/// <summary>What each real server calls the agents that do the same on all of them.</summary>
/// <param name="Echo">Repeats what it is told.</param>
/// <param name="EchoOfHello">What that says to <c>hello</c>.</param>
/// <param name="Slow">Says ten words over two seconds.</param>
/// <param name="Weather">Calls a tool, then answers.</param>
/// <param name="Memory">Counts the user messages of its thread.</param>
/// <param name="SecondTurn">What that says to <c>two</c> as the second message.</param>
/// <param name="Failing">Always fails.</param>
/// <param name="Failure">Why.</param>
public sealed record RealAgents(
    string Echo, string EchoOfHello, string Slow, string Weather, string Memory, string SecondTurn, string Failing, string Failure)
{
    public static readonly RealAgents Mastra = new(
        "echoAgent", "echo: hello", "slowAgent", "weatherAgent", "memoryAgent", "seen 2 user messages, last: two", "failAgent", "the model is out of order");

    public static readonly RealAgents LangGraph = new(
        "echo", "echo 1: hello", "slow", "tooling", "echo", "echo 2: two", "failing", "the graph is out of order");
}
