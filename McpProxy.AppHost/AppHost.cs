using System.Reflection;
using McpProxy.AppHost;

try
{
    var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, EnableResourceLogging = true });

    // The backend decides which resources there are, so it is read while they are described.
    var choice = DeploymentChoices.Backend(builder);
    var backend = builder.AddParameter("backend", () => choice, publishValueAsDefault: true);

    // An endpoint from here and not from a launch profile, because with one `dotnet run` would overrule ASPNETCORE_URLS.
    var agents = builder.AddProject<Projects.McpProxy_SampleAgentServer>("agents")
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/health");

    var http = agents.GetEndpoint("http");
    var proxy = builder.AddProject<Projects.McpProxy_Api>("proxy")
        .WithEnvironment("MCP_CONNECTION_BACKEND", backend)
        .WithEnvironment("AGENT_SERVERS", $"{http}/mastra {http}/langgraph {http}/a2a {http}/openai")
        // A server of A2A agents lists none: each has a card of its own.
        .WithEnvironment("AGENT_SERVER_AGENTS__server2", "echoAgent,weatherAgent,slowAgent,memoryAgent,relayAgent,approvalAgent")
        .WaitFor(agents)
        .WithHttpHealthCheck("/health")
        .WithUrlForEndpoint("http", endpoint => new() { Url = "/", DisplayText = "Console", Endpoint = endpoint })
        .WithUrlForEndpoint("http", endpoint => new() { Url = "/mcp", DisplayText = "MCP endpoint", Endpoint = endpoint })
        .WithUrlForEndpoint("http", endpoint => new() { Url = "/status", DisplayText = "Status", Endpoint = endpoint })
        .WithCommands();
    builder.AddStartupReport(proxy);

#pragma warning disable ASPIREMCP001 // Experimental. It shows the proxy's tools to `aspire mcp` and to assistants that look at the running app through Aspire.
    proxy.WithMcpServer("/mcp", endpointName: "http");
#pragma warning restore ASPIREMCP001

    if (builder.ExecutionContext.IsRunMode)
    {
        // On a developer's own machine the traces may show what was said, and relayAgent needs no key to call other agents through the proxy.
        proxy.WithEnvironment("MCP_TELEMETRY_CONTENT", "true");
        proxy.WithConsole(builder.Configuration["ASPNETCORE_URLS"]);
        agents.WithEnvironment("MCP_PROXY_URL", $"{proxy.GetEndpoint("http")}/mcp");
    }
    else
    {
        // Container Apps cuts a request after four minutes. A call that takes longer goes on in the background.
        proxy.WithEnvironment("MCP_MAX_REQUEST_SECONDS", "240");

        // Whoever reaches a deployed proxy has to show one of these keys. A deployment asks for them.
        proxy.WithEnvironment("MCP_API_KEYS", builder.AddParameter("api-keys", secret: true));
    }

    switch (choice)
    {
        case "local":
            // Connections are remembered in the process: a second replica would know others.
            break;

        case "redis":
            var redis = builder.AddRedisOrGarnet("redis");
            proxy.WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString).WithReference(redis).WaitFor(redis).WithReplicas(2);
            break;

        default:
            proxy
                .WithEnvironment("UPSTASH_REDIS_REST_URL", builder.AddParameter("upstash-url"))
                .WithEnvironment("UPSTASH_REDIS_REST_TOKEN", builder.AddParameter("upstash-token", secret: true))
                .WithReplicas(2);
            break;
    }

    await builder.Build().RunAsync();

    return 0;
}
catch (DistributedApplicationException exception) when (Assembly.GetEntryAssembly() == Assembly.GetExecutingAssembly())
{
    // The sentence says it, and a stack trace would hide it. Who runs this inside another program, as tests do, gets the exception.
    await Console.Error.WriteLineAsync(exception.Message);

    return 1;
}
