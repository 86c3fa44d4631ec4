// Connects an official TypeScript MCP client to a server, lists its tools, calls one, agrees to what it asks, and prints what came of it as one line of JSON:
//
//   node call.mjs v1|v2-legacy|v2-auto|v2-modern TOOL JSON-ARGUMENTS URL|COMMAND...
//
// A call that the server refuses with an error result is a result like any other; anything else that goes wrong is exit code 1.
const [kind, tool, json, target, ...args] = process.argv.slice(2)

const modes = { v1: undefined, 'v2-legacy': 'legacy', 'v2-auto': 'auto', 'v2-modern': { pin: '2026-07-28' } }
if (!(kind in modes) || !target) throw new Error('Usage: node call.mjs v1|v2-legacy|v2-auto|v2-modern TOOL JSON-ARGUMENTS URL|COMMAND...')

const v1 = '@modelcontextprotocol/sdk/client'
const v2 = '@modelcontextprotocol/client'
const modules = kind === 'v1' ? [`${v1}/index.js`, `${v1}/stdio.js`, `${v1}/streamableHttp.js`, '@modelcontextprotocol/sdk/types.js'] : [v2, `${v2}/stdio`]
const loaded = await Promise.all(modules.map((name) => import(name)))
const { Client, ElicitRequestSchema, StdioClientTransport, StreamableHTTPClientTransport } = Object.assign({}, ...loaded)

const transport = /^https?:/.test(target)
  ? new StreamableHTTPClientTransport(new URL(target))
  : new StdioClientTransport({ command: target, args, env: process.env })

// The v1 client tells the version it agreed on to its transport alone.
let protocolVersion
const setProtocolVersion = transport.setProtocolVersion?.bind(transport)
transport.setProtocolVersion = (version) => {
  protocolVersion = version
  setProtocolVersion?.(version)
}

const client = new Client(
  { name: `typescript-${kind}`, version: '1.0.0' },
  { capabilities: { elicitation: {} }, versionNegotiation: { mode: modes[kind] } },
)
const asked = []
client.setRequestHandler(kind === 'v1' ? ElicitRequestSchema : 'elicitation/create', ({ params }) => {
  asked.push(params.message)
  const fields = Object.entries(params.requestedSchema.properties)
  return { action: 'accept', content: Object.fromEntries(fields.map(([name, { type }]) => [name, type === 'boolean' ? true : 'yes'])) }
})
const progress = []
const options = { onprogress: (p) => progress.push(p.message ?? String(p.progress)) }
try {
  await client.connect(transport)
  const { tools } = await client.listTools()
  const call = { name: tool, arguments: JSON.parse(json) }
  const result = await (kind === 'v1' ? client.callTool(call, undefined, options) : client.callTool(call, options))
  const server = client.getServerVersion()
  console.log(JSON.stringify({ protocolVersion, server, tools: tools.map(({ name }) => name), progress, asked, result }))
} finally {
  await client.close()
}
