using McpProxy.Api;
using McpProxy.Api.Hosting;
using var secondSignal = new SecondSignal();
try
{
    if (ProxyApp.CommandLine.Answer(args) is { } answer)
    {
        Console.WriteLine(answer);

        return 0;
    }

    var app = ProxyApp.Build(args);
    app.EnsureCanListen();
    await app.RunAsync();

    return 0;
}
catch (Exception exception) when (exception is SettingsException or IOException)
{
    // A wrong setting, or a port that is taken: the sentence says it, and a stack trace would hide it.
    await Console.Error.WriteLineAsync(exception.Message);

    return 1;
}
