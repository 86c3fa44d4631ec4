using System.Net;

namespace McpProxy.Api.Connections;

/// <summary>A kind of address that is not simply one of the public internet.</summary>
/// <param name="Description">What to call such an address.</param>
/// <param name="MayBeAllowed">Whether agent servers live at such addresses. Nothing at the others is for a model to reach.</param>
/// <param name="Networks">Where they are.</param>
internal sealed record AddressKind(string Description, bool MayBeAllowed, IReadOnlyList<IPNetwork> Networks)
{
    public static readonly AddressKind Metadata = Never(
        "the metadata service of a cloud",
        "169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32",
        "fd00:ec2::/32", "fd20:ce::254/128", "fd00:42::42/128");

    public static readonly AddressKind Loopback = Sometimes("a loopback address", "127.0.0.0/8", "::1/128");

    /// <summary>The first that holds an address is its kind.</summary>
    private static readonly AddressKind[] _all =
    [
        Metadata,
        Loopback,
        Never("a link-local address", "169.254.0.0/16", "fe80::/10"),
        Never("a multicast address", "224.0.0.0/4", "ff00::/8"),
        Never("the broadcast address", "255.255.255.255/32"),
        Never("the unspecified address", "0.0.0.0/8", "::/128"),
        Sometimes("a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"),
        Never(
            "a reserved address",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
            "::/3", "2001::/32", "2001:2::/48", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2", "8000::/1"),
    ];

    private static readonly IPNetwork _nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <returns>The kind of the address, or <see langword="null"/> when it belongs to the public internet.</returns>
    public static AddressKind? Of(IPAddress address)
    {
        var real = Unwrap(address);

        return Array.Find(_all, kind => kind.Networks.Any(network => network.Contains(real)));
    }

    /// <summary>Packets for these IPv6 addresses end at the IPv4 address inside.</summary>
    private static IPAddress Unwrap(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        _ when _nat64.Contains(address) => new(address.GetAddressBytes().AsSpan(12)),
        _ => address,
    };

    private static AddressKind Never(string description, params string[] networks) => new(description, false, [.. networks.Select(IPNetwork.Parse)]);

    private static AddressKind Sometimes(string description, params string[] networks) => new(description, true, [.. networks.Select(IPNetwork.Parse)]);
}
