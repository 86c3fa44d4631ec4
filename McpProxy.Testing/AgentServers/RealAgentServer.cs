using System.Globalization;
using System.Text.Json.Nodes;

namespace McpProxy.Testing.AgentServers;

/// <summary>A server as people run it, with scripted models or agents.</summary>
public sealed class RealAgentServer : IAsyncDisposable
{
    /// <summary>The bearer token or API key that the servers which ask for one accept.</summary>
    public const string Secret = "open-sesame";

    private const string LangGraphServer = "node_modules/@langchain/langgraph-api/dist/";

    private static readonly TimeSpan _startTimeout = TimeSpan.FromMinutes(2);

    private readonly RunningProgram _process;
    private readonly DirectoryInfo? _scratch;

    private RealAgentServer(Uri url, RunningProgram process, DirectoryInfo? scratch)
    {
        (Url, _process, _scratch) = (url, process, scratch);
    }

    public Uri Url { get; }

    public static bool IsInstalled(RealServer kind) => NodeRuntime.Executable is not null
        && Directory.Exists(Path.Combine(FolderOf(kind), "node_modules"))
        && File.Exists(Path.Combine(FolderOf(kind), EntryPointOf(kind)));

    public static async Task<RealAgentServer> StartAsync(RealServer kind)
    {
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        var scratch = IsLangGraph(kind) ? CopyLangGraph(kind) : null;
        var process = RunningProgram.StartOnLeash(
            [NodeRuntime.Executable!, .. scratch is null ? [EntryPointOf(kind)] : LangGraphArguments(scratch.FullName, port)],
            SettingsOf(kind, port),
            scratch?.FullName ?? FolderOf(kind));
        var server = new RealAgentServer(new($"http://127.0.0.1:{port}/"), process, scratch);
        try
        {
            await process.WaitForAnswerAsync(server.Url, _startTimeout);

            return server;
        }
        catch
        {
            scratch?.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Waits for a line of the server's console that contains the text and is written after this call.</summary>
    public Task WaitForOutputAsync(string text) => _process.WaitForNewLineAsync(text);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _scratch?.Delete(recursive: true);
    }

    private static bool IsLangGraph(RealServer kind) => kind is RealServer.LangGraph or RealServer.LangGraphWithKey;

    private static string FolderOf(RealServer kind) => SourceTree.PathTo("McpProxy.Tests/Interop/servers/" + kind switch
    {
        RealServer.Mastra010 => "mastra-0.10",
        RealServer.Mastra1 or RealServer.Mastra1WithToken => "mastra-1x",
        RealServer.A2A or RealServer.A2AWithToken => "a2a",
        _ => "langgraph",
    });

    private static string EntryPointOf(RealServer kind) => IsLangGraph(kind) ? LangGraphServer + "cli/entrypoint.mjs"
        : kind is RealServer.A2A or RealServer.A2AWithToken ? "server.mjs"
        : ".mastra/output/index.mjs";

    // What `langgraphjs dev` starts, without the watching for changed files: that restarts a busy server when nothing has changed.
    private static string[] LangGraphArguments(string folder, string port)
    {
        var server = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "langgraph.json")))!.AsObject();
        server["cwd"] = folder;
        server["host"] = "127.0.0.1";
        server["port"] = int.Parse(port, CultureInfo.InvariantCulture);
        server["nWorkers"] = 10;

        return ["--import", "tsx", "--import", $"./{LangGraphServer}preload.mjs", LangGraphServer + "cli/entrypoint.mjs", "0", server.ToJsonString()];
    }

    private static string[] SettingsOf(RealServer kind, string port) =>
    [
        $"PORT={port}",
        $"FIXTURE_TOKEN={(kind is RealServer.Mastra1WithToken or RealServer.A2AWithToken ? Secret : "")}",
        $"FIXTURE_KEY={(kind is RealServer.LangGraphWithKey ? Secret : "")}",
        "MASTRA_TELEMETRY_DISABLED=1",
        "LANGGRAPH_CLI_NO_ANALYTICS=1",
        "LANGSMITH_TRACING=false",
    ];

    // LangGraph's server keeps threads and assistants in its folder, so each gets its own.
    private static DirectoryInfo CopyLangGraph(RealServer kind)
    {
        var folder = FolderOf(kind);
        var copy = Directory.CreateTempSubdirectory("langgraph-");
        var sources = copy.CreateSubdirectory("src").FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "src")))
        {
            File.Copy(file, Path.Combine(sources, Path.GetFileName(file)));
        }

        var configuration = kind is RealServer.LangGraphWithKey ? "langgraph.with-key.json" : "langgraph.json";
        File.Copy(Path.Combine(folder, configuration), Path.Combine(copy.FullName, "langgraph.json"));
        File.Copy(Path.Combine(folder, "package.json"), Path.Combine(copy.FullName, "package.json"));
        File.Copy(Path.Combine(folder, "tsconfig.json"), Path.Combine(copy.FullName, "tsconfig.json"));
        Directory.CreateSymbolicLink(Path.Combine(copy.FullName, "node_modules"), Path.Combine(folder, "node_modules"));
        return copy;
    }
}
