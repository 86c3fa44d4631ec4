using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

internal static class HttpHealth
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <returns>Whether every health check of the resource answers as it should.</returns>
    public static async Task<bool> IsHealthyAsync(IResource resource, int replica, CancellationToken cancellationToken)
    {
        foreach (var check in resource.Annotations.OfType<HttpHealthCheckAnnotation>())
        {
            var endpoint = resource.Annotations.OfType<EndpointAnnotation>().First(endpoint => endpoint.Name == check.EndpointName);
            try
            {
                using var response = await Http.GetAsync(new Uri(new Uri(endpoint.Url(replica)), check.Path), cancellationToken);
                if ((int)response.StatusCode != check.StatusCode)
                {
                    return false;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return false;
            }
        }

        return true;
    }
}
