using McpProxy.Api.Redis;

namespace McpProxy.Api.Runs.History;

/// <summary>
/// What is done with the history in Redis. Each script gets four keys: a hash of id to call, a sorted set of ids by when they changed last (in microseconds,
/// which serves as a version), one of the calls that run by when their replica's lease is over (in milliseconds), and a hash of those to be cancelled.
/// </summary>
internal static class CallScripts
{
    private const string Begin = """
        local calls, changed, held, cancel = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
        local clock = redis.call('TIME')
        local now = clock[1] * 1000000 + clock[2]

        -- Others may have written anything: what is far in the future is no version.
        local latest = string.format('%.0f', now + 3600000000)
        local version = math.max(now, tonumber(redis.call('ZREVRANGEBYSCORE', changed, latest, '-inf', 'WITHSCORES', 'LIMIT', 0, 1)[2] or 0))
        local function change(id)
          version = version + 1
          redis.call('ZADD', changed, string.format('%.0f', version), id)
        end
        local function release(id)
          redis.call('ZREM', held, id)
          redis.call('HDEL', cancel, id)
        end

        """;

    /// <summary>A replica that is gone holds its calls no more, which is a change of them.</summary>
    private const string Sweep = """
        for _, id in ipairs(redis.call('ZRANGEBYSCORE', held, '-inf', string.format('%.0f', now / 1000))) do
          release(id)
          if redis.call('HEXISTS', calls, id) == 1 then change(id) end
        end

        """;

    /// <summary>
    /// Arguments: lease in milliseconds, how many calls are kept, and for how many milliseconds, number of calls that changed; of each of these its id, the
    /// call, and whether it runs (1 or 0); then the ids of those that run and have not changed. Returns the ids of those that are to be cancelled.
    /// </summary>
    public static readonly RedisScript Put = new("calls-put", Begin + """
        local next, wanted = 5, {}
        local function hold(id)
          redis.call('ZADD', held, string.format('%.0f', now / 1000 + ARGV[1]), id)
          if redis.call('HEXISTS', cancel, id) == 1 then wanted[#wanted + 1] = id end
        end
        for i = 1, tonumber(ARGV[4]) do
          local id = ARGV[next]
          redis.call('HSET', calls, id, ARGV[next + 1])
          change(id)
          if ARGV[next + 2] == '1' then hold(id) else release(id) end
          next = next + 3
        end
        for i = next, #ARGV do
          if redis.call('HEXISTS', calls, ARGV[i]) == 1 then
            if not redis.call('ZSCORE', held, ARGV[i]) then change(ARGV[i]) end
            hold(ARGV[i])
          end
        end

        """ + Sweep + """
        local function forget(ids)
          for _, id in ipairs(ids) do
            if not redis.call('ZSCORE', held, id) then
              redis.call('HDEL', calls, id)
              redis.call('ZREM', changed, id)
            end
          end
        end
        forget(redis.call('ZRANGEBYSCORE', changed, '-inf', string.format('%.0f', now - ARGV[3] * 1000)))
        local excess = redis.call('ZCARD', changed) - ARGV[2]
        if excess > 0 then forget(redis.call('ZRANGEBYSCORE', changed, '-inf', '+inf', 'LIMIT', 0, excess)) end
        for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[3]) end
        return wanted
        """);

    /// <summary>
    /// Arguments: the last version that is known, how many calls are wanted at most, how long each may be. Returns the version now, and of each call that has
    /// changed since, the last first, its id, the call, and whether a replica holds it (1 or 0).
    /// </summary>
    public static readonly RedisScript Read = new("calls-read", Begin + Sweep + """
        local result = {string.format('%.0f', version)}
        for _, id in ipairs(redis.call('ZREVRANGEBYSCORE', changed, latest, '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])) do
          local call = redis.call('HGET', calls, id)
          if call and #call <= tonumber(ARGV[3]) then
            result[#result + 1] = id
            result[#result + 1] = call
            result[#result + 1] = redis.call('ZSCORE', held, id) and '1' or '0'
          end
        end
        return result
        """);

    /// <summary>Argument: id. Returns <c>WANTED</c> if a replica holds the call, which will hear of it.</summary>
    public static readonly RedisScript Cancel = new("calls-cancel", Begin + Sweep + """
        if not redis.call('ZSCORE', held, ARGV[1]) then return {} end
        redis.call('HSET', cancel, ARGV[1], '')
        return {'WANTED'}
        """);
}
