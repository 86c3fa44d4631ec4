using System.Text.Json.Nodes;

namespace McpProxy.Api.Text;

internal static class JsonObjectExtensions
{
    /// <summary>Sets a copy of each member that another object has.</summary>
    public static void SetMembers(this JsonObject target, JsonObject? members)
    {
        foreach (var (name, value) in members ?? [])
        {
            target[name] = value?.DeepClone();
        }
    }
}
