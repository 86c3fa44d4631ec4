// Reads and writes connections with Upstash's own client, as the TypeScript proxy does. Usage: servers.mjs list | add <name> <url> | remove <name>
import { Redis } from "@upstash/redis";

const redis = Redis.fromEnv({ enableTelemetry: false, retry: false });
const [command, name, url] = process.argv.slice(2);
const prefix = "mcp-proxy:servers:";

if (command === "add") {
  await redis.hset(`${prefix}all`, { [name]: url });
  await redis.hset(`${prefix}urlmap`, { [url]: name });
} else if (command === "remove") {
  const known = await redis.hget(`${prefix}all`, name);
  await redis.hdel(`${prefix}all`, name);
  await redis.hdel(`${prefix}urlmap`, known);
}
console.log(JSON.stringify([await redis.hgetall(`${prefix}all`), await redis.hgetall(`${prefix}urlmap`)]));
