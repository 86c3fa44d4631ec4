using System.ComponentModel;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpProxy.Tests.Conformance;

/// <summary>Tools that ask in the way of 2026-07-28: they answer with a question, and the client calls again with the answer.</summary>
[McpServerToolType]
internal static class InputRequiredTools
{
    private const string Name = """
        "user_name": { "method": "elicitation/create", "params": { "message": "What is your name?",
          "requestedSchema": { "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] } } }
        """;

    private const string Color = """
        "step2": { "method": "elicitation/create", "params": { "message": "Step 2: What is your favorite color?",
          "requestedSchema": { "type": "object", "properties": { "color": { "type": "string" } }, "required": ["color"] } } }
        """;

    private const string Confirm = """
        "confirm": { "method": "elicitation/create", "params": { "message": "Please confirm",
          "requestedSchema": { "type": "object", "properties": { "ok": { "type": "boolean" } }, "required": ["ok"] } } }
        """;

    private const string Capital = """
        "capital_question": { "method": "sampling/createMessage", "params": { "maxTokens": 100,
          "messages": [{ "role": "user", "content": { "type": "text", "text": "What is the capital of France?" } }] } }
        """;

    private const string Roots = """
        "client_roots": { "method": "roots/list", "params": {} }
        """;

    private const string State = "a state that only this server could have given";

    [McpServerTool(Name = "test_input_required_result_elicitation"), Description("Needs to know the name of the user.")]
    public static string Elicitation(RequestContext<CallToolRequestParams> call) => Answer(call, "user_name", Name);

    [McpServerTool(Name = "test_input_required_result_sampling"), Description("Needs an answer from the client's model.")]
    public static string Sampling(RequestContext<CallToolRequestParams> call) => Answer(call, "capital_question", Capital);

    [McpServerTool(Name = "test_input_required_result_list_roots"), Description("Needs the roots of the client.")]
    public static string ListRoots(RequestContext<CallToolRequestParams> call) => Answer(call, "client_roots", Roots);

    [McpServerTool(Name = "test_input_required_result_multiple_inputs"), Description("Needs three things at once.")]
    public static string MultipleInputs(RequestContext<CallToolRequestParams> call) =>
        call.Params.InputResponses is { Count: 3 } ? "Got all three." : throw Ask($"{Name}, {Capital}, {Roots}", State);

    [McpServerTool(Name = "test_input_required_result_request_state"), Description("Needs its state back.")]
    public static string RequestState(RequestContext<CallToolRequestParams> call) => call.Params.RequestState switch
    {
        null => throw Ask(Confirm, State),
        State => "state-ok",
        _ => throw new McpProtocolException("The state is not one of ours.", McpErrorCode.InvalidParams),
    };

    [McpServerTool(Name = "test_input_required_result_tampered_state"), Description("Needs its state back as it was.")]
    public static string TamperedState(RequestContext<CallToolRequestParams> call) => RequestState(call);

    [McpServerTool(Name = "test_input_required_result_multi_round"), Description("Needs two things, one after the other.")]
    public static string MultiRound(RequestContext<CallToolRequestParams> call) => call.Params.RequestState switch
    {
        null => throw Ask(Name.Replace("user_name", "step1", StringComparison.Ordinal), "first"),
        "first" => throw Ask(Color, "second"),
        _ => "Got both.",
    };

    [McpServerTool(Name = "test_input_required_result_capabilities"), Description("Needs only what the client can give.")]
    public static string Capabilities(RequestContext<CallToolRequestParams> call) =>
        call.Server.ClientCapabilities?.Elicitation is null ? Answer(call, "capital_question", Capital) : Answer(call, "user_name", Name);

    private static string Answer(RequestContext<CallToolRequestParams> call, string key, string question) =>
        call.Params.InputResponses?.TryGetValue(key, out var response) == true && response.RawValue.ValueKind is JsonValueKind.Object
            ? $"Got {response.RawValue}."
            : throw Ask(question, state: null);

    private static InputRequiredException Ask(string questions, string? state) =>
        new(JsonSerializer.Deserialize<IDictionary<string, InputRequest>>($"{{ {questions} }}", McpJsonUtilities.DefaultOptions)!, state);
}
