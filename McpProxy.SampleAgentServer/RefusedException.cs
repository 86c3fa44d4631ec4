namespace McpProxy.SampleAgentServer;

/// <summary>A request that gets another answer than it asked for, in the words of the dialect.</summary>
internal sealed class RefusedException(IResult answer) : Exception
{
    public static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (RefusedException refused)
        {
            return refused.Answer;
        }
    }

    private IResult Answer => answer;
}
