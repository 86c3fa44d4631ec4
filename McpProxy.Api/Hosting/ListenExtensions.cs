using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace McpProxy.Api.Hosting;

/// <summary>
/// Where the proxy listens. The web server would listen on every interface for a name that it does not know, a mistyped one too, so it is given
/// addresses of this machine and nothing else.
/// </summary>
internal static class ListenExtensions
{
    private const string Endpoints = "Kestrel:Endpoints";
    private const string Localhost = "localhost";
    private const string UrlsForm = "URLs such as http://127.0.0.1:3001, separated by semicolons, whose host is an address of this machine, localhost or *";

    private static readonly string[] _loopbackHosts = [Localhost, "127.0.0.1", "[::1]"];

    private static readonly string[] _hostingKeys = ["urls", "http_ports", "https_ports"];

    /// <summary>Our own settings decide where to listen when they are set, then whatever the hosting environment says, then the defaults.</summary>
    /// <returns>Whether only this machine can reach the proxy. Ports without a host count as open.</returns>
    /// <exception cref="SettingsException">That is not on this machine.</exception>
    public static bool UseListenUrls(this WebApplicationBuilder builder, ListenOptions options)
    {
        var configuration = builder.Configuration;
        var hasEndpoints = configuration.GetSection(Endpoints).Exists();
        var isOwn = !string.IsNullOrEmpty(configuration["MCP_SERVER_PORT"] + configuration["MCP_SERVER_HOST"])
            || !(hasEndpoints || _hostingKeys.Any(key => !string.IsNullOrEmpty(configuration[key])));
        var written = isOwn ? [(options.Host.Trim('[', ']'), "http", options.Port)] : Parse(configuration["urls"]);
        var bound = written
            .SelectMany(url => Bindable(url.Host) is { Count: > 0 } hosts
                ? hosts.Select(host => (Host: host, Url: $"{url.Scheme}://{host}:{url.Port}"))
                : throw new SettingsException(isOwn
                    ? $"MCP_SERVER_HOST must be an address of this machine, a name that leads to one, or localhost.{SettingsExtensions.Quote(options.Host)}"
                    : $"ASPNETCORE_URLS must be {UrlsForm}."))
            .Distinct()
            .ToList();
        if (bound.Count > 0)
        {
            builder.WebHost.UseUrls([.. bound.Select(binding => binding.Url)]);
            builder.WebHost.PreferHostingUrls(isOwn);
        }

        var isLoopback = hasEndpoints && !isOwn
            ? configuration.GetSection(Endpoints).GetChildren()
                .All(endpoint => Uri.TryCreate(endpoint["Url"], UriKind.Absolute, out var url) && IsLoopback(url.IdnHost))
            : bound.Count > 0 && bound.TrueForAll(binding => IsLoopback(binding.Host));
        if (isLoopback)
        {
            // A name that someone else's DNS leads to this machine must not open it to a web page of theirs.
            string[] hosts = [.. _loopbackHosts, .. bound.Select(binding => binding.Host), .. written.Select(url => url.Host)];
            configuration["AllowedHosts"] ??= string.Join(';', hosts.Distinct());
        }

        return isLoopback;
    }

    /// <summary>Tries to listen before the host does, which would log a stack trace when it can't.</summary>
    /// <exception cref="SettingsException">It can't. The message says why and which setting to look at.</exception>
    public static void EnsureCanListen(this WebApplication app)
    {
        if (app.Services.GetRequiredService<ListenOptions>().Transport is not ProxyTransport.Http)
        {
            return;
        }

        var urls = Parse(app.Configuration["urls"]);
        foreach (var (host, scheme, port) in urls.Where(url => url.Port > 0))
        {
            var address = IPAddress.TryParse(host, out var parsed) ? parsed : host is Localhost ? IPAddress.Loopback : IPAddress.Any;
            if (BindingError(address, port) is { } error)
            {
                throw new SettingsException(
                    $"The proxy can't listen on {scheme}://{host}:{port}: {Describe(error)}. MCP_SERVER_PORT sets the port, MCP_SERVER_HOST the address.");
            }
        }

        var endpoints = app.Configuration.GetSection(Endpoints).GetChildren().Select(endpoint => endpoint["Url"]).ToList();
        var isSecure = endpoints.Count > 0 ? endpoints.Exists(url => url?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) is true)
            : urls.Count > 0 ? urls.Exists(url => url.Scheme is "https")
            : !string.IsNullOrEmpty(app.Configuration["https_ports"]);
        if (isSecure)
        {
            EnsureHasCertificate(app, hasEndpoints: endpoints.Count > 0);
        }
    }

    private static void EnsureHasCertificate(WebApplication app, bool hasEndpoints)
    {
        // Never started: it looks for a certificate where the web server will, and takes or refuses it as that does.
        var kestrel = new KestrelServerOptions { ApplicationServices = app.Services };
        try
        {
            kestrel.Configure(app.Configuration.GetSection("Kestrel")).Load();
            if (!hasEndpoints)
            {
                kestrel.ListenAnyIP(0, listen => listen.UseHttps().Build());
            }
        }
        catch (Exception exception) when (
            exception is InvalidOperationException or NotSupportedException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingsException(
                "The proxy can't listen on https: there is no certificate that it can use. Set Kestrel__Certificates__Default__Path to a .pfx file and "
                + "Kestrel__Certificates__Default__Password to its password, or Path and KeyPath to two .pem files, or listen on http URLs.");
        }
    }

    private static List<(string Host, string Scheme, int Port)> Parse(string? urls)
        => [.. (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseUrl)];

    private static (string Host, string Scheme, int Port) ParseUrl(string url)
    {
        try
        {
            if (BindingAddress.Parse(url) is { Scheme: "http" or "https", IsUnixPipe: false, IsNamedPipe: false, PathBase: "" } address)
            {
                return (address.Host, address.Scheme, address.Port);
            }
        }
        catch (FormatException)
        {
            // The same as any other text that is none.
        }

        // Not quoted: it may hold a password.
        throw new SettingsException($"ASPNETCORE_URLS must be {UrlsForm}.");
    }

    /// <returns>What the web server is given for a host; nothing if the host is not on this machine.</returns>
    private static IReadOnlyList<string> Bindable(string host)
    {
        if (host is "*" or "+")
        {
            return [host];
        }

        if (host.Equals(Localhost, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{Localhost}", StringComparison.OrdinalIgnoreCase))
        {
            return [Localhost];
        }

        return
        [
            .. Addresses(host)
                .Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
                .Where(address => BindingError(address, port: 0) is null)
                .Select(address => address.AddressFamily is AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}")
                .Distinct(),
        ];
    }

    private static IPAddress[] Addresses(string host)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }

        try
        {
            return Uri.CheckHostName(host) is UriHostNameType.Unknown ? [] : Dns.GetHostAddresses(host);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return [];
        }
    }

    private static SocketError? BindingError(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));

            return null;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }

    private static string Describe(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse => "another program listens there",
        SocketError.AccessDenied => "this user may not; ports below 1024 often belong to the administrator",
        SocketError.AddressNotAvailable => "this machine has no such address",
        _ => $"the operating system refuses ({error})",
    };

    private static bool IsLoopback(string host) => host is Localhost || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
