namespace Aspire.Hosting.ApplicationModel;

/// <summary>Has a value while the system runs.</summary>
public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

/// <summary>Has an expression that stands for the value in a manifest.</summary>
public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}
