using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>A resource that runs as a process on this machine, or as several.</summary>
internal interface IProcessResource : IResource
{
    /// <summary>The folder it runs in.</summary>
    string Folder { get; }

    /// <returns>The program and its arguments.</returns>
    IReadOnlyList<string> PrepareCommand();

    /// <returns>What its environment has because of where it runs.</returns>
    IEnumerable<(string Name, string Value)> GetEnvironment(int replica);

    Task<bool> IsHealthyAsync(int replica, CancellationToken cancellationToken);
}
