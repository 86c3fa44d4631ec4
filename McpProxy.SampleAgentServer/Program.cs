using McpProxy.SampleAgentServer;

SampleApp.Build(args).Run();
