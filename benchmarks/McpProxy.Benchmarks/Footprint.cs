namespace McpProxy.Benchmarks;

/// <summary>What a process holds.</summary>
/// <param name="Megabytes">Its memory.</param>
/// <param name="Handles">Its open files and sockets.</param>
/// <param name="Threads">Its threads.</param>
internal sealed record Footprint(long Megabytes, int Handles, int Threads)
{
    public static Footprint Of(RunningProgram program) => new(
        program.Kilobytes("VmRSS") / 1024,
        Directory.EnumerateFileSystemEntries($"/proc/{program.Id}/fd").Count(),
        Directory.EnumerateDirectories($"/proc/{program.Id}/task").Count());

    public override string ToString() => $"{Megabytes} MB, {Handles} handles, {Threads} threads";
}
