using System.Web;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

namespace McpProxy.Tests.Access;

/// <summary>The official client on its own way from the refusal to a token: metadata, issuer, authorization code with PKCE.</summary>
public sealed class AuthorizationCodeTests(TokenIssuer issuer, SampleAgentServerFixture agents)
    : IClassFixture<TokenIssuer>, IClassFixture<SampleAgentServerFixture>
{
    [Fact]
    public async Task A_client_signs_in_and_calls_an_agent()
    {
        var url = FreePort.Url();
        await using var proxy = await Proxy.StartAsync(
            $"urls={url}",
            $"MCP_OAUTH_AUTHORITY={issuer.Url}",
            $"MCP_OAUTH_AUDIENCE={url}/mcp",
            "MCP_OAUTH_SCOPES=agents.call",
            $"AGENT_SERVERS={new Uri(agents.Client.BaseAddress!, "mastra")}");
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        Uri? asked = null;
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new()
            {
                Endpoint = proxy.Endpoint,
                OAuth = new()
                {
                    ClientId = "bob",
                    RedirectUri = new("http://localhost:9/callback"),
                    AuthorizationCallbackHandler = async (context, cancellationToken) =>
                    {
                        asked = context.AuthorizationUri;
                        using var response = await browser.GetAsync(context.AuthorizationUri, cancellationToken);
                        Assert.True(response.Headers.Location is not null, await response.Content.ReadAsStringAsync(cancellationToken));
                        var answer = HttpUtility.ParseQueryString(response.Headers.Location.Query);

                        return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
                    },
                },
            }),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("echo: hi", (await client.AskAsync("echoAgent", "hi")).Text());
        var question = HttpUtility.ParseQueryString(asked!.Query);
        Assert.Equal("agents.call", question["scope"]);
        Assert.Equal("S256", question["code_challenge_method"]);
        Assert.Equal($"{url}/mcp", question["resource"]);
    }
}
