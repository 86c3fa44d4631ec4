using McpProxy.Api.Redis;

namespace McpProxy.Api.Runs.Storage;

/// <summary>
/// What is done with runs in Redis. Each script gets two keys: a run's hash, and its holder, which expires with the lease. The first argument of those
/// that change anything is for how many milliseconds the run is kept from now on.
/// </summary>
internal static class RunScripts
{
    private const string Keys = "local run, holder = KEYS[1], KEYS[2]\n";

    // A run that is unknown or has ended is not changed.
    private const string Open = Keys + "local open = redis.call('HEXISTS', run, 'facts') == 1 and redis.call('HEXISTS', run, 'end') == 0\n";

    /// <summary>Further arguments: facts, holder, lease in milliseconds.</summary>
    public static readonly RedisScript Put = new("run-put", Keys + """
        if redis.call('HEXISTS', run, 'end') == 1 then return {} end
        redis.call('HSET', run, 'facts', ARGV[2])
        redis.call('PEXPIRE', run, ARGV[1])
        redis.call('SET', holder, ARGV[3], 'PX', ARGV[4])
        return {}
        """);

    /// <summary>Returns the fields of the hash, each with its value, and <c>held</c> if anybody holds the run.</summary>
    public static readonly RedisScript Find = new("run-find", Keys + """
        local found = redis.call('HGETALL', run)
        if redis.call('EXISTS', holder) == 1 then
          found[#found + 1] = 'held'
          found[#found + 1] = ''
        end
        return found
        """);

    /// <summary>
    /// Further arguments: holder, lease in milliseconds, the text so far if it has changed. Returns those of <c>HELD</c> and <c>CANCEL</c> that are true.
    /// </summary>
    public static readonly RedisScript Hold = new("run-hold", Open + """
        local outcome = {}
        if redis.call('HEXISTS', run, 'cancel') == 1 then outcome[1] = 'CANCEL' end
        if not open or (redis.call('GET', holder) or ARGV[2]) ~= ARGV[2] then return outcome end
        if ARGV[4] then redis.call('HSET', run, 'words', ARGV[4]) end
        redis.call('SET', holder, ARGV[2], 'PX', ARGV[3])
        redis.call('PEXPIRE', run, ARGV[1])
        outcome[#outcome + 1] = 'HELD'
        return outcome
        """);

    /// <summary>Further argument: holder.</summary>
    public static readonly RedisScript Release = new("run-release", Keys + """
        if redis.call('GET', holder) ~= ARGV[2] then return {} end
        redis.call('DEL', holder)
        redis.call('PEXPIRE', run, ARGV[1])
        return {}
        """);

    /// <summary>Further argument: the end. Returns <c>ENDED</c> if it was the first.</summary>
    public static readonly RedisScript End = new("run-end", Open + """
        if not open then return {} end
        redis.call('HSET', run, 'end', ARGV[2])
        redis.call('PEXPIRE', run, ARGV[1])
        redis.call('DEL', holder)
        return {'ENDED'}
        """);

    /// <summary>Further arguments: what it went on as last, and what it goes on as. Returns <c>CONTINUED</c> if it was the first.</summary>
    public static readonly RedisScript Continue = new("run-continue", Keys + """
        if redis.call('HEXISTS', run, 'end') == 0 or (redis.call('HGET', run, 'next') or ARGV[2]) ~= ARGV[2] then return {} end
        redis.call('HSET', run, 'next', ARGV[3])
        redis.call('PEXPIRE', run, ARGV[1])
        return {'CONTINUED'}
        """);

    public static readonly RedisScript Cancel = new("run-cancel", Open + """
        if not open then return {} end
        redis.call('HSET', run, 'cancel', '')
        redis.call('PEXPIRE', run, ARGV[1])
        return {}
        """);
}
