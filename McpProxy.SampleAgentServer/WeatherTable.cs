using System.Text.RegularExpressions;

namespace McpProxy.SampleAgentServer;

internal static class WeatherTable
{
    private static readonly Weather[] _weathers =
    [
        new("Amsterdam", 14, "rainy"),
        new("Berlin", 17, "cloudy"),
        new("Cairo", 34, "sunny"),
        new("Cape Town", 19, "windy"),
        new("Lima", 18, "foggy"),
        new("London", 15, "drizzly"),
        new("Mumbai", 31, "humid"),
        new("New York", 22, "clear"),
        new("Paris", 21, "sunny"),
        new("Reykjavik", 4, "snowy"),
        new("Sydney", 25, "clear"),
        new("Tokyo", 23, "cloudy"),
    ];

    public static SampleTool Tool { get; } = new(
        "weatherTool",
        "Looks a city up in a table of temperatures and conditions.",
        """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""",
        """{"type":"object","properties":{"city":{"type":"string"},"celsius":{"type":"number"},"conditions":{"type":"string"}}"""
        + ""","required":["city","celsius","conditions"]}""");

    public static string Cities => string.Join(", ", _weathers.Select(weather => weather.City));

    /// <returns>The weather of each city that the text names, in that order.</returns>
    public static IReadOnlyList<Weather> FindAll(string text) =>
    [
        .. from weather in _weathers
           let match = Regex.Match(text, $@"\b{weather.City}\b", RegexOptions.IgnoreCase)
           where match.Success
           orderby match.Index
           select weather,
    ];
}

internal sealed record Weather(string City, int Celsius, string Conditions);

internal sealed record WeatherQuestion(string City);
