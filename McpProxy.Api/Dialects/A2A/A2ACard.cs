using System.Text;
using System.Text.Json;
using McpProxy.Api.Agents.Discovery;

namespace McpProxy.Api.Dialects.A2A;

/// <summary>What an agent says of itself. Cards of 1.0 list interfaces; older ones have a URL, and maybe more of them.</summary>
internal sealed record A2ACard(
    string? Name = null,
    string? Description = null,
    IReadOnlyList<A2AInterface?>? SupportedInterfaces = null,
    string? Url = null,
    string? PreferredTransport = null,
    string? ProtocolVersion = null,
    IReadOnlyList<A2AInterface?>? AdditionalInterfaces = null,
    A2ACapabilities? Capabilities = null,
    bool? SupportsAuthenticatedExtendedCard = null,
    JsonElement? SecuritySchemes = null)
{
    private const int MaxId = 100;
    private const int MaxScheme = 50;
    private const int MaxUri = 200;

    public bool LooksLikeCard => !string.IsNullOrWhiteSpace(Name) && Interfaces.Any(known => known.Url is not null);

    public bool HasExtendedCard => Capabilities?.ExtendedAgentCard ?? SupportsAuthenticatedExtendedCard ?? false;

    /// <summary>The extensions that whoever calls the agent must know.</summary>
    public IEnumerable<string> RequiredExtensions
        => (Capabilities?.Extensions ?? []).Where(known => known?.Required is true).Select(known => RemoteText.Clean(known!.Uri, MaxUri) ?? "?");

    /// <summary>What the card calls the credentials that the agent asks for.</summary>
    public string? Credentials => SecuritySchemes is { ValueKind: JsonValueKind.Object } schemes && schemes.GetPropertyCount() > 0
        ? string.Join(", ", schemes.EnumerateObject().Take(5).Select(scheme => $"'{RemoteText.Clean(scheme.Name, MaxScheme)}'"))
        : null;

    public IEnumerable<A2AInterface> Interfaces => SupportedInterfaces is { Count: > 0 } interfaces
        ? interfaces.OfType<A2AInterface>()
        : (AdditionalInterfaces ?? []).OfType<A2AInterface>()
            .Prepend(new(Url, PreferredTransport ?? A2AInterface.JsonRpc))
            .Select(known => known with { ProtocolVersion = ProtocolVersion });

    /// <summary>The interface to call: JSON-RPC if there is that, which every client knows, and the newest version; else the first in the card.</summary>
    public A2AInterface? Preferred
        => Interfaces.Where(known => known.IsSpoken).OrderBy(known => known.IsRest).ThenBy(known => known.IsOld).FirstOrDefault();

    public Agent ToAgent(string? id = null) => Agent.Of(id ?? IdOf(Name), Name, Description);

    /// <returns>The agent's name, in a form that can be typed and is one segment of a path.</returns>
    public static string IdOf(string? name)
    {
        var clean = RemoteText.Clean(name, MaxId) ?? "";
        if (clean is not ("" or "." or "..") && clean.All(IsPlain))
        {
            return clean;
        }

        var slug = new StringBuilder();
        foreach (var character in clean.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                slug.Append(character);
            }
            else if (slug is [.., not '-'])
            {
                slug.Append('-');
            }
        }

        return slug.ToString().Trim('-') is { Length: > 0 } id ? id : "agent";
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';
}

/// <summary>Where and how an agent is called. The binding was once called transport.</summary>
internal sealed record A2AInterface(
    string? Url = null, string? Transport = null, string? ProtocolBinding = null, string? ProtocolVersion = null, string? Tenant = null)
{
    public const string JsonRpc = "JSONRPC";

    private const string Rest = "HTTP+JSON";

    public bool IsRest => Is(Rest);

    /// <summary>Whether it speaks a version before 1.0, as it does if it tells none.</summary>
    public bool IsOld => ProtocolVersion is null or "" || ProtocolVersion.StartsWith("0.", StringComparison.Ordinal);

    public bool IsSpoken => Url is not null && (IsRest || Is(JsonRpc)) && (IsOld || ProtocolVersion!.Split('.')[0] is "1");

    /// <summary>The version as requests name it, which is without its patches.</summary>
    public string Version => IsOld ? "0.3" : string.Join('.', ProtocolVersion!.Split('.').Take(2));

    public override string ToString() => RemoteText.Clean($"{ProtocolBinding ?? Transport} {ProtocolVersion}", 50) ?? "";

    private bool Is(string binding) => string.Equals(ProtocolBinding ?? Transport, binding, StringComparison.OrdinalIgnoreCase);
}

internal sealed record A2ACapabilities(bool? Streaming = null, bool? ExtendedAgentCard = null, IReadOnlyList<A2AExtension?>? Extensions = null);

internal sealed record A2AExtension(string? Uri = null, bool? Required = null);
