using McpProxy.Api.Access;

namespace McpProxy.Api.Operator;

/// <summary>The proxy's settings, for operators.</summary>
internal static class SettingsEndpoint
{
    public static void MapSettings(this RouteGroupBuilder console) => console.MapGet("/settings", GetAsync);

    private static Task GetAsync(HttpContext context, Caller caller, IReadOnlyList<SettingInUse> settings) => caller.IsOperator
        ? context.Response.WriteAsJsonAsync(
            new SettingList(settings), OperatorJsonContext.Readable.SettingList, cancellationToken: context.RequestAborted)
        : context.RefuseAsync(StatusCodes.Status404NotFound, "There is nothing here.");
}

internal sealed record SettingList(IReadOnlyList<SettingInUse> Settings);
