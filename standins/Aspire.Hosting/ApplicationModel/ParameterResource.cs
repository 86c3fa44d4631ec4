namespace Aspire.Hosting.ApplicationModel;

public abstract class ParameterDefault;

public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false) : Resource(name), IValueProvider, IManifestExpressionProvider
{
    public bool Secret => secret;

    public string ValueExpression => $"{{{Name}.value}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(callback(null));
}

/// <summary>A connection string that whoever starts the system has set.</summary>
internal sealed class ConnectionStringParameterResource(string name, Func<string> value, string? environmentVariable)
    : ParameterResource(name, _ => value(), secret: true), IResourceWithConnectionString
{
    public string? ConnectionStringEnvironmentVariable => environmentVariable;

    string IManifestExpressionProvider.ValueExpression => $"{{{Name}.connectionString}}";

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => GetValueAsync(cancellationToken);
}
