namespace McpProxy.SampleAgentServer;

/// <summary>Ends a request with an error in the form of its dialect.</summary>
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
