using McpProxy.Api.Redis;

namespace McpProxy.Api.Connections.Backends;

/// <summary>What is done with connections in Redis. Each script gets the four keys of <see cref="RedisConnectionKeys"/>.</summary>
internal static class ConnectionScripts
{
    private const string Keys = "local all, urlmap, version, details = KEYS[1], KEYS[2], KEYS[3], KEYS[4]\n";

    // Versions begin at the time of their first use: after the store was wiped they don't repeat.
    private const string Bump = """
        local function bump(seed)
          if redis.call('EXISTS', version) == 0 then redis.call('SET', version, seed) end
          redis.call('INCR', version)
          return redis.call('GET', version)
        end

        """;

    /// <summary>
    /// Arguments: name or nothing, URL, seed, channel, limit, details, number of static servers, their names. Returns outcome, name,
    /// details.
    /// </summary>
    public static readonly RedisScript Add = new("add", Keys + Bump + """
        local name, url, limit, reserved = ARGV[1], ARGV[2], tonumber(ARGV[5]), {}
        for i = 8, #ARGV do reserved[ARGV[i]] = true end

        -- Keys of a wrong type fail here, where nothing is half done yet.
        local count = redis.call('HLEN', all)
        redis.call('HLEN', details)

        -- Others may have written the URL with a slash at its end.
        local written = url
        local owner = redis.call('HGET', urlmap, written)
        if not owner then
          written = url .. '/'
          owner = redis.call('HGET', urlmap, written)
        end
        if owner and not reserved[owner] then
          local held = redis.call('HGET', all, owner)
          if held == url or held == url .. '/' then return {'EXISTS', owner, redis.call('HGET', details, url) or ''} end
          if not held then name = owner end
        end

        if name == '' then
          local number = count + tonumber(ARGV[7])
          repeat
            name = 'server' .. string.format('%d', number)
            number = number + 1
          until not reserved[name] and redis.call('HEXISTS', all, name) == 0
        end
        if reserved[name] then return {'TAKEN', name, ''} end
        local held = redis.call('HGET', all, name)
        if held and held ~= url and held ~= url .. '/' then return {'TAKEN', name, ''} end
        if not held and count >= limit then return {'FULL', name, ''} end

        -- First what fails when memory has run out.
        local now = bump(ARGV[3])
        redis.call('HSET', all, name, url)
        redis.call('HSET', urlmap, url, name)
        redis.call('HSET', details, url, ARGV[6])
        if written ~= url then redis.call('HDEL', urlmap, written) end
        redis.pcall('PUBLISH', ARGV[4], now)
        return {'ADDED', name, ARGV[6]}
        """);

    /// <summary>Arguments: name, seed, channel. Returns the outcome.</summary>
    public static readonly RedisScript Remove = new("remove", Keys + Bump + """
        local name = ARGV[1]
        local url = redis.call('HGET', all, name)
        if not url then return {'MISSING'} end
        redis.call('HLEN', urlmap)
        redis.call('HLEN', details)

        -- Deletes first: that works when memory has run out, and after it the rest does too.
        redis.call('HDEL', all, name)
        local bare = string.gsub(url, '/+$', '')
        for _, written in ipairs({url, bare, bare .. '/'}) do
          if redis.call('HGET', urlmap, written) == name then redis.call('HDEL', urlmap, written) end
        end
        redis.call('HDEL', details, bare)
        local counted, now = pcall(bump, ARGV[2])
        if not counted then
          redis.call('SET', version, ARGV[2])
          now = ARGV[2]
        end
        redis.pcall('PUBLISH', ARGV[3], now)
        return {'REMOVED'}
        """);

    /// <summary>Returns the version, the number of strings that hold names and URLs, these, and then URLs and details.</summary>
    public static readonly RedisScript Load = new("load", Keys + """
        local servers, known = redis.call('HGETALL', all), redis.call('HGETALL', details)
        local result = {redis.call('GET', version) or '', string.format('%d', #servers)}
        for _, text in ipairs(servers) do result[#result + 1] = text end
        for _, text in ipairs(known) do result[#result + 1] = text end
        return result
        """);

    public static readonly RedisScript Version = new("version", "return {redis.call('GET', KEYS[3]) or ''}");

    /// <summary>Writes without changing anything: fails as any write would.</summary>
    public static readonly RedisScript Probe = new("probe", "redis.call('SETRANGE', KEYS[3], 0, '')\nreturn {}");

    /// <summary>Makes both hashes agree after a writer that was stopped half-way. Arguments: seed. Returns how much was mended and how Redis evicts.</summary>
    public static readonly RedisScript Repair = new("repair", Keys + Bump + """
        local servers, owners, known = redis.call('HGETALL', all), redis.call('HGETALL', urlmap), redis.call('HGETALL', details)
        local url_of, owned, bare, mended = {}, {}, {}, 0
        for i = 1, #servers, 2 do
          url_of[servers[i]] = servers[i + 1]
          bare[string.gsub(servers[i + 1], '/+$', '')] = true
        end
        for i = 1, #owners, 2 do
          if url_of[owners[i + 1]] == owners[i] then
            owned[owners[i]] = true
          else
            redis.call('HDEL', urlmap, owners[i])
            mended = mended + 1
          end
        end
        for i = 1, #known, 2 do
          if not bare[known[i]] then redis.call('HDEL', details, known[i]) end
        end
        for i = 1, #servers, 2 do
          if not owned[servers[i + 1]] then
            redis.call('HSET', urlmap, servers[i + 1], servers[i])
            owned[servers[i + 1]] = true
            mended = mended + 1
          end
        end
        if mended > 0 then bump(ARGV[1]) end

        local memory = redis.pcall('INFO', 'memory')
        local policy = type(memory) == 'string' and string.match(memory, 'maxmemory_policy:(%S+)') or ''
        return {string.format('%d', mended), policy}
        """);
}
