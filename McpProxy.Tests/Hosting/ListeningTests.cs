using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpProxy.Api;
using McpProxy.Api.Hosting;

namespace McpProxy.Tests.Hosting;

/// <summary>Where the program listens, with which certificate, and what it says when it can't.</summary>
public sealed class ListeningTests
{
    [Fact]
    public async Task A_port_that_is_taken_stops_the_program_with_a_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (exitCode, output, error) = await ProxyProgram.RunAsync([], [$"MCP_SERVER_PORT={port}"]);

        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"The proxy can't listen on http://127.0.0.1:{port}: another program listens there. MCP_SERVER_PORT sets the port, MCP_SERVER_HOST the address.",
            error.Trim());
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS=https://127.0.0.1:0")]
    [InlineData("ASPNETCORE_URLS=http://127.0.0.1:0;https://127.0.0.1:0")]
    [InlineData("ASPNETCORE_HTTPS_PORTS=1", "MCP_ALLOW_ANONYMOUS=true")]
    [InlineData("Kestrel__Endpoints__Secure__Url=https://127.0.0.1:0")]
    [InlineData("Kestrel__Endpoints__Plain__Url=http://127.0.0.1:0", "Kestrel__Endpoints__Secure__Url=HTTPS://127.0.0.1:0")]
    [InlineData("Kestrel__Endpoints__Secure__Url=https://127.0.0.1:0", "Kestrel__Endpoints__Secure__Certificate__Path=nowhere.pfx")]
    [InlineData("Kestrel__Endpoints__Secure__Url=https://127.0.0.1:0", "MCP_SERVER_PORT=65535")]
    [InlineData("ASPNETCORE_URLS=https://127.0.0.1:0", "Kestrel__Certificates__Default__Path=nowhere.pfx")]
    [InlineData("ASPNETCORE_URLS=https://127.0.0.1:0", "Kestrel__Certificates__Default__Path={home}/without-key.pem")]
    public async Task Https_without_a_certificate_stops_the_program_with_a_sentence(params string[] settings)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux looks for a developer's certificate below HOME.");
        var home = Directory.CreateTempSubdirectory("mcp-proxy-");
        try
        {
            using var certificate = Certificate();
            await File.WriteAllTextAsync(
                Path.Combine(home.FullName, "without-key.pem"), certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);

            var (exitCode, output, error) = await ProxyProgram.RunAsync(
                [], [$"HOME={home.FullName}", .. settings.Select(setting => setting.Replace("{home}", home.FullName, StringComparison.Ordinal))]);

            Assert.Equal(1, exitCode);
            Assert.Equal(
                "The proxy can't listen on https: there is no certificate that it can use. Set Kestrel__Certificates__Default__Path to a .pfx file and "
                + "Kestrel__Certificates__Default__Password to its password, or Path and KeyPath to two .pem files, or listen on http URLs.",
                error.Trim());
            Assert.Empty(output);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--urls=https://127.0.0.1:0")]
    [InlineData("--Kestrel:Endpoints:Secure:Url=https://127.0.0.1:0")]
    public async Task Https_with_a_certificate_is_served(string url)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("mcp-proxy-");
        try
        {
            using var certificate = Certificate();
            var file = Path.Combine(folder.FullName, "certificate.pfx");
            await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pfx, "secret"), cancellationToken);
            await using var app = ProxyApp.Build(
            [
                url,
                "--Logging:LogLevel:Default=None",
                $"--Kestrel:Certificates:Default:Path={file}",
                "--Kestrel:Certificates:Default:Password=secret",
            ]);

            app.EnsureCanListen();
            await app.StartAsync(cancellationToken);

            using var handler = new HttpClientHandler();
            handler.ServerCertificateCustomValidationCallback = (_, sent, _, _) => sent!.Thumbprint == certificate.Thumbprint;
            using var http = new HttpClient(handler);
            using var answer = await http.GetAsync(new Uri(new Uri(app.Urls.Single()), "/alive"), cancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var now = DateTimeOffset.UtcNow;

        return new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
