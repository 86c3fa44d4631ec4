using System.Security.Claims;

namespace McpProxy.Api.Access;

/// <summary>Who was let in.</summary>
/// <param name="caller">Who they are to the rest of the proxy.</param>
/// <param name="scopes">What their access token is for; <see langword="null"/> if they showed none.</param>
internal sealed class CallerIdentity(Caller caller, IReadOnlyList<string>? scopes = null)
    : ClaimsIdentity([new(ClaimTypes.NameIdentifier, caller.Id!)], authenticationType: "Caller")
{
    public Caller Caller => caller;

    public IReadOnlyList<string>? Scopes => scopes;

    /// <returns>Who sent the request, or <see langword="null"/> if they did not say, or not rightly.</returns>
    public static CallerIdentity? Of(HttpContext context) => context.User.Identities.OfType<CallerIdentity>().FirstOrDefault();
}
