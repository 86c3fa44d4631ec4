namespace McpProxy.AppHost;

#pragma warning disable ASPIREDOTNETTOOL // Experimental. See RedisExtensions.
/// <summary>A server that speaks Redis's protocol and needs the .NET SDK alone.</summary>
internal sealed class GarnetResource(string name) : DotnetToolResource(name, "garnet-server"), IResourceWithConnectionString
#pragma warning restore ASPIREDOTNETTOOL
{
    public const string Version = "2.2.8";
    public const string EndpointName = "tcp";

    public EndpointReference Endpoint => new(this, EndpointName);

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Endpoint.Property(EndpointProperty.HostAndPort)}");
}
