// Upstash's own client against the server at UPSTASH_REDIS_REST_URL, which must behave as the real one would.
import assert from "node:assert/strict";
import { Redis } from "@upstash/redis";

const options = { url: process.env.UPSTASH_REDIS_REST_URL, token: process.env.UPSTASH_REDIS_REST_TOKEN, enableTelemetry: false, retry: false };
const redis = new Redis(options);
const key = "check:hash";

assert.equal(await redis.hset(key, { one: "http://one", two: "zwei ünd ☃" }), 2);
assert.deepEqual(await redis.hgetall(key), { one: "http://one", two: "zwei ünd ☃" });
assert.equal(await redis.hget(key, "one"), "http://one");
assert.equal(await redis.hexists(key, "three"), 0);
assert.equal(await redis.hdel(key, "one", "three"), 1);
assert.equal(await redis.hgetall("check:none"), null);
assert.deepEqual(await redis.pipeline().set("check:a", "x").get("check:a").hlen(key).exec(), ["OK", "x", 1]);
assert.deepEqual(await redis.multi().set("check:b", "y").get("check:b").exec(), ["OK", "y"]);
assert.deepEqual(await redis.eval("return {KEYS[1], ARGV[1], 7}", ["k"], ["v"]), ["k", "v", 7]);
assert.equal(await redis.del(key, "check:b"), 2);
await assert.rejects(redis.hgetall("check:a"), /WRONGTYPE/);
await assert.rejects(redis.pipeline().get("check:a").hgetall("check:a").exec(), /WRONGTYPE/);
await assert.rejects(new Redis({ ...options, token: "wrong" }).get("check:a"), /WRONGPASS/);
await assert.rejects(new Redis({ ...options }).exec(["SUBSCRIBE", "x"]), /not available/);

const automatic = new Redis({ ...options, enableAutoPipelining: true });
assert.deepEqual(await Promise.all([automatic.get("check:a"), automatic.get("check:none"), automatic.strlen("check:a")]), ["x", null, 1]);
assert.equal(await redis.del("check:a"), 1);
console.log("as Upstash's");
