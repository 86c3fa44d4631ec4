namespace Aspire.Hosting;

/// <summary>Says where the project of a resource is. The classes in the namespace <c>Projects</c> implement it: see AppHost.targets.</summary>
public interface IProjectMetadata
{
    string ProjectPath { get; }
}
