#pragma warning disable IDE0130 // The namespace is the real package's.
namespace Aspire.Hosting.Azure;

public sealed class AzureResourceInfrastructure
{
    internal AzureResourceInfrastructure()
    {
    }
}
