using System.Text.Json.Nodes;
using McpProxy.Api.Dialects.LangGraph;

namespace McpProxy.Tests.Dialects.LangGraph;

public sealed class LangGraphSchemasTests(ProxyFixture fixture) : IClassFixture<ProxyFixture>
{
    [Fact]
    public async Task Describes_what_goes_into_a_graph()
    {
        await using var client = await fixture.Proxy.CreateClientAsync();

        var details = (await client.FieldsAsync("describeAgent", new { agentId = "server1:echoAgent" })).Get("agentDetails");

        Assert.Equal("array", details.Get("schemas", "input_schema", "properties", "messages", "type").GetString());
    }

    [Fact]
    public void Leaves_definitions_out_where_they_are_long()
    {
        var schemas = Schemas(new string('x', 5000));

        Assert.Equal("""{"input_schema":{"type":"object"}}""", LangGraphSchemas.Shorten(schemas).ToJsonString());
    }

    [Fact]
    public void Keeps_definitions_that_are_short()
        => Assert.Equal(Schemas("short").ToJsonString(), LangGraphSchemas.Shorten(Schemas("short")).ToJsonString());

    private static JsonObject Schemas(string description) => new()
    {
        ["input_schema"] = new JsonObject
        {
            ["type"] = "object",
            ["definitions"] = new JsonObject { ["Message"] = new JsonObject { ["description"] = description } },
            ["$defs"] = new JsonObject(),
        },
    };
}
