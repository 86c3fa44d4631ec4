// Calls a tool of a server with the official TypeScript client for tasks, answers what it asks, and prints how that went as one line of JSON:
//
//   node tasks.mjs TOOL JSON-ARGUMENTS URL [cancel]
//
// The client leaves it to its host to send requests that its MCP client does not know.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createApplicationInputHandler, createTaskSessionFromClient } from '@modelcontextprotocol/ext-tasks/client'

const [tool, json, url, cancel] = process.argv.slice(2)
const protocolVersion = '2026-07-28'
const clientInfo = { name: 'typescript-tasks', version: '1.0.0' }
const clientCapabilities = { elicitation: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } }

const rawDispatch = async (request, { signal } = {}) => {
  const { method, params } = request
  const response = await fetch(url, {
    method: 'POST',
    signal,
    headers: {
      'Content-Type': 'application/json', Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': protocolVersion, 'Mcp-Method': method, 'Mcp-Name': params.name ?? params.taskId,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: crypto.randomUUID(), ...request }),
  })
  const body = await response.text()
  const message = JSON.parse(body.split('\n').findLast((line) => line.startsWith('data: '))?.slice('data: '.length) ?? body)
  return message.error ? { kind: 'error', error: message.error } : { kind: 'result', result: message.result }
}

const asked = []
const onInputRequest = createApplicationInputHandler({
  elicitation: ({ params }) => {
    asked.push(params.message)
    const fields = Object.entries(params.requestedSchema.properties)
    return { action: 'accept', content: Object.fromEntries(fields.map(([name, { type }]) => [name, type === 'boolean' ? true : 'yes'])) }
  },
})

const client = new Client(clientInfo, { capabilities: clientCapabilities, versionNegotiation: { mode: { pin: protocolVersion } } })
await client.connect(new StreamableHTTPClientTransport(new URL(url)))
const session = createTaskSessionFromClient(client, {
  endpointId: 'proxy', rawDispatch, onInputRequest, v2RequestFraming: { protocolVersion, clientInfo, clientCapabilities },
})
try {
  const states = []
  const execution = await session.callTool(tool, JSON.parse(json))
  if (cancel) await execution.cancel()
  const { outcome } = await execution.settle({ onEvent: ({ task }) => { if (task) states.push(task.status) } })
  console.log(JSON.stringify({ kind: execution.kind, states, asked, status: outcome.status, result: outcome.result, error: outcome.error?.message }))
} finally {
  await session.close()
  await client.close()
}
