using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpProxy.Api.Connections;

/// <summary>The rules for names of agent servers, the same on every connection backend.</summary>
internal static class ServerNames
{
    public const string Pattern = "^[A-Za-z0-9_-]+$";
    public const int MaxLength = 64;

    /// <returns>Why the name can't be used, or <see langword="null"/> when it can.</returns>
    public static string? Problem(string name) => name switch
    {
        { Length: > MaxLength } => $"a name has at most {MaxLength} characters",
        "" => "a name needs at least one character",
        _ when !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') => "a name consists of letters, digits, '_' and '-'",
        _ when IsJson(name) => "programs that share the connection backend would read it as a number or a truth value",
        _ => null,
    };

    /// <returns>The first free <c>server{N}</c> from a number upward.</returns>
    public static string FirstFree(int from, Func<string, bool> isTaken)
        => Enumerable.Range(from, int.MaxValue - from).Select(number => $"server{number}").First(name => !isTaken(name));

    public static ProxyException Taken(string name)
        => new(ErrorKind.InvalidArgument, $"The name '{name}' belongs to another server already. Choose another name, or leave it out to get one.");

    public static ProxyException NoRoom(int limit)
        => new(
            ErrorKind.RefusedByPolicy,
            $"{limit} servers are connected already, and MCP_MAX_CONNECTIONS allows no more. Disconnect one that is no longer needed.");

    private static bool IsJson(string name)
    {
        try
        {
            JsonNode.Parse(name);

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
