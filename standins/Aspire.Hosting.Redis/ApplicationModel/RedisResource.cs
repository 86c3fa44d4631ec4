using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Redis, as the redis-server that the machine has.</summary>
public class RedisResource(string name) : ContainerResource(name), IResourceWithConnectionString, IProcessResource
{
    private readonly string _password = RandomNumberGenerator.GetHexString(32);

    internal string? Folder { get; set; }

    internal string? Save { get; set; }

    string IProcessResource.Folder => Directory.CreateDirectory(Folder ??= Directory.CreateTempSubdirectory(Name).FullName).FullName;

    private int Port => Annotations.OfType<EndpointAnnotation>().Single().Port(replica: 0);

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => new($"127.0.0.1:{Port},password={_password}");

    IReadOnlyList<string> IProcessResource.PrepareCommand()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists)
            ?? throw new DistributedApplicationException(
                "There is no redis-server on the PATH. Install it (apt-get install redis-server, brew install redis), or set ConnectionStrings__redis to one that runs.");

        // In a file, since everybody on the machine can see arguments.
        var file = Path.Combine(((IProcessResource)this).Folder, "redis.conf");
        File.WriteAllText(file, "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.WriteAllText(file, $"bind 127.0.0.1\nport {Port}\nrequirepass {_password}\nsave {Save ?? "\"\""}\n");

        return [program, file];
    }

    IEnumerable<(string Name, string Value)> IProcessResource.GetEnvironment(int replica) => [];

    async Task<bool> IProcessResource.IsHealthyAsync(int replica, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", Port, cancellationToken);
            await using var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {_password}\r\nPING\r\n"), cancellationToken);
            using var reader = new StreamReader(stream);

            return await reader.ReadLineAsync(cancellationToken) is "+OK" && await reader.ReadLineAsync(cancellationToken) is "+PONG";
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }
}
