// Agents on the official A2A server, below one path for each form in which it speaks: /rpc, /rest, /old-rpc, /old-rest, and /plain without streams.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { AgentCard, Message, Task, TaskArtifactUpdateEvent, TaskStatusUpdateEvent } from '@a2a-js/sdk'
import { AgentEvent, DefaultRequestHandler, InMemoryTaskStore } from '@a2a-js/sdk/server'
import { UserBuilder, agentCardHandler, jsonRpcHandler, restHandler } from '@a2a-js/sdk/server/express'
import express from 'express'

// What an agent can do in a turn of a task.
class Turn {
  constructor(context, bus, stopped) {
    Object.assign(this, { bus, stopped, taskId: context.taskId, contextId: context.contextId })
    this.parts = context.userMessage.parts.map((part) => part.content)
    this.text = this.parts.filter((part) => part.$case === 'text').map((part) => part.value).join('')
  }

  begin(state = 'TASK_STATE_WORKING') {
    this.bus.publish(AgentEvent.task(Task.fromJSON({ id: this.taskId, contextId: this.contextId, status: { state } })))
  }

  message(parts) {
    this.bus.publish(AgentEvent.message(Message.fromJSON({ messageId: randomUUID(), role: 'ROLE_AGENT', contextId: this.contextId, parts })))
  }

  status(state, parts) {
    const message = parts && { messageId: randomUUID(), role: 'ROLE_AGENT', taskId: this.taskId, contextId: this.contextId, parts }
    const status = { state, message, timestamp: new Date().toISOString() }
    this.bus.publish(AgentEvent.statusUpdate(TaskStatusUpdateEvent.fromJSON({ taskId: this.taskId, contextId: this.contextId, status })))
  }

  artifact(artifactId, parts, append = false) {
    const update = { taskId: this.taskId, contextId: this.contextId, artifact: { artifactId, parts }, append }
    this.bus.publish(AgentEvent.artifactUpdate(TaskArtifactUpdateEvent.fromJSON(update)))
  }

  end(text) {
    if (text) this.artifact('answer', [{ text }])
    this.status('TASK_STATE_COMPLETED')
  }
}

const counts = new Map()
const count = (key) => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts.get(key)
}

const agents = {
  echoAgent: (turn) => { turn.begin(); turn.end(`echo: ${turn.text}`) },
  messageAgent: (turn) => turn.message([{ text: `heard: ${turn.text}` }]),
  memoryAgent: (turn) => {
    turn.begin()
    turn.end(`seen ${count(turn.contextId)} user messages, last: ${turn.text}`)
  },
  weatherAgent: (turn) => {
    turn.begin()
    turn.status('TASK_STATE_WORKING', [{ text: 'Looking out of the window' }])
    turn.artifact('answer', [{ text: 'It is ' }])
    turn.artifact('answer', [{ text: '21 degrees.' }], true)
    turn.end()
  },
  mediaAgent: (turn) => {
    turn.begin()
    turn.artifact('table', [{ data: { celsius: 21 } }])
    turn.artifact('picture', [{ url: 'http://127.0.0.1:9/sky.png', mediaType: 'image/png', filename: 'sky.png' }])
    turn.end('Look up.')
  },
  slowAgent: async (turn) => {
    const said = 'one two three four five six seven eight nine ten'.split(' ')
    console.log(`slowAgent began on '${turn.text}'`)
    turn.begin()
    for (const [index, word] of said.entries()) {
      await pause(200)
      if (turn.stopped.has(turn.taskId)) return console.log(`slowAgent was cancelled after ${index} words on '${turn.text}'`)
      turn.artifact('answer', [{ text: index ? ` ${word}` : word }], index > 0)
    }
    turn.end()
  },
  replacingAgent: (turn) => {
    turn.begin()
    turn.artifact('answer', [{ text: 'a draft' }])
    turn.end('the final text')
  },
  wordlessAgent: (turn) => { turn.begin(); turn.status('TASK_STATE_COMPLETED', [{ text: 'done without artifacts' }]) },
  askingAgent: (turn) => {
    turn.begin()
    const told = turn.parts.map((part) => `${part.$case} ${typeof part.value === 'string' ? part.value : JSON.stringify(part.value)}`).join()
    const asked = count(turn.taskId)
    if (asked === 1) return turn.status('TASK_STATE_INPUT_REQUIRED', [{ text: 'Which city?' }, { data: { choices: ['Paris', 'Rome'] } }])
    if (asked === 2) return turn.status('TASK_STATE_INPUT_REQUIRED', [{ text: `Which day, for ${told}?` }])
    turn.end(`booked: ${told}`)
  },
  signInAgent: async (turn) => {
    turn.begin()
    turn.status('TASK_STATE_AUTH_REQUIRED', [{ text: 'Sign in at https://example.com/in' }])
    await pause(300)
    turn.end('signed in')
  },
  rejectingAgent: (turn) => { turn.begin('TASK_STATE_SUBMITTED'); turn.status('TASK_STATE_REJECTED', [{ text: 'not my business' }]) },
  failAgent: (turn) => { turn.begin(); turn.status('TASK_STATE_FAILED', [{ text: 'the agent is out of order' }]) },
  muteFailAgent: (turn) => { turn.begin(); turn.status('TASK_STATE_FAILED') },
  throwingAgent: () => { throw new Error('the agent threw') },
}

const stopped = new Set()
const executor = (act) => ({
  execute: async (context, bus) => act(new Turn(context, bus, stopped)),
  cancelTask: async (taskId, bus) => {
    stopped.add(taskId)
    bus.publish(AgentEvent.statusUpdate(TaskStatusUpdateEvent.fromJSON({ taskId, status: { state: 'TASK_STATE_CANCELED' } })))
  },
})

const forms = {
  rpc: { protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
  rest: { protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
  'old-rpc': { protocolBinding: 'JSONRPC', protocolVersion: '0.3', isOld: true },
  'old-rest': { protocolBinding: 'HTTP+JSON', protocolVersion: '0.3', isOld: true },
  plain: { protocolBinding: 'JSONRPC', protocolVersion: '1.0', streaming: false },
}

const app = express()
const token = process.env.FIXTURE_TOKEN
app.use((request, response, next) => {
  if (token && request.headers.authorization !== `Bearer ${token}`) response.status(401).json({ error: { code: 401, message: 'No token' } })
  else next()
})
app.get('/', (_, response) => response.send('A2A'))

const port = Number(process.env.PORT)
for (const [path, { protocolBinding, protocolVersion, isOld = false, streaming = true }] of Object.entries(forms)) {
  for (const [id, act] of Object.entries(agents)) {
    const url = `http://127.0.0.1:${port}/${path}/${id}`
    const card = AgentCard.fromJSON({
      name: id,
      description: `Is the ${id}.`,
      version: '1',
      supportedInterfaces: [{ url, protocolBinding, protocolVersion }],
      capabilities: { streaming },
      defaultInputModes: ['text/plain'],
      defaultOutputModes: ['text/plain'],
      skills: [{ id: 'do', name: 'Do', description: 'Does it.', tags: ['t'] }],
    })
    const requestHandler = new DefaultRequestHandler(card, new InMemoryTaskStore(), executor(act))
    const options = { requestHandler, userBuilder: UserBuilder.noAuthentication, legacyCompat: { enabled: isOld } }
    const cards = [`/${path}/.well-known/${id}/agent-card.json`, `/${path}/${id}/.well-known/agent-card.json`]
    app.use(cards, agentCardHandler({ agentCardProvider: requestHandler, legacyCompat: { enabled: isOld } }))
    app.use(`/${path}/${id}`, protocolBinding === 'JSONRPC' ? jsonRpcHandler(options) : restHandler(options))
  }
}

app.listen(port, '127.0.0.1', () => console.log(`listening on ${port}`))
