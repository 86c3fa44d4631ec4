using System.Globalization;
using System.Xml.Linq;
using McpProxy.Api.Redis;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace McpProxy.Api.Connections.Backends;

/// <summary>The keys of all replicas that share a Redis. Nothing is asked of it before the first key is needed: a proxy starts without.</summary>
internal sealed class SharedKeys : IDataProtectionProvider, IXmlRepository, IDisposable
{
    private static readonly RedisScript _read = new("keys-read", "return redis.call('LRANGE', KEYS[1], 0, -1)");

    // Of replicas that all find no key and make one, only the first may add it: the others would not know of each other's.
    private static readonly RedisScript _add = new("keys-add", """
        if redis.call('LLEN', KEYS[1]) == tonumber(ARGV[1]) then redis.call('RPUSH', KEYS[1], ARGV[2]) end
        return {}
        """);

    private readonly IRedisClient _client;
    private readonly string _key;
    private readonly ServiceProvider _services;
    private int _known;

    public SharedKeys(IRedisClient client, RedisOptions options)
    {
        (_client, _key) = (client, $"{options.KeyPrefix}keys");
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName(ProxyInfo.Name);
        services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = this);
        _services = services.BuildServiceProvider();
    }

    public IDataProtector CreateProtector(string purpose) => _services.GetDataProtector(purpose);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var stored = Evaluate(_read);
        _known = stored.Length;

        return [.. stored.Select(key => XElement.Parse(key))];
    }

    public void StoreElement(XElement element, string friendlyName)
        => Evaluate(_add, _known.ToString(CultureInfo.InvariantCulture), element.ToString(SaveOptions.DisableFormatting));

    public void Dispose() => _services.Dispose();

    /// <remarks>The library asks for keys at once. It does so rarely: once a day, and when it makes a key.</remarks>
    private string[] Evaluate(RedisScript script, params string[] arguments)
    {
        try
        {
            return _client.EvaluateAsync(script, [_key], arguments, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (BackendException exception)
        {
            throw new ProxyException(ErrorKind.BackendUnavailable, exception.Message, exception);
        }
    }
}
