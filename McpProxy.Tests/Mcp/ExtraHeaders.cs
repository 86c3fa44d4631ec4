namespace McpProxy.Tests.Mcp;

/// <summary>Adds a header to the requests of an MCP client, which may differ between calls at the same time.</summary>
internal sealed class ExtraHeaders() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly AsyncLocal<(string Name, string Value)?> _header = new();

    /// <summary>Applies to what the current method sends from now on.</summary>
    public void Set(string name, string? value) => _header.Value = value is null ? null : (name, value);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_header.Value is var (name, value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
