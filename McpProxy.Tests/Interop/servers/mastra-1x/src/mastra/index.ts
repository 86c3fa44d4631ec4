import { Mastra } from '@mastra/core'
import { Agent } from '@mastra/core/agent'
import { SimpleAuth } from '@mastra/core/server'
import { InMemoryStore } from '@mastra/core/storage'
import { createTool } from '@mastra/core/tools'
import { Memory } from '@mastra/memory'
import { z } from 'zod'
import { modelV1, modelV2 } from '../../../shared/mock-model'

const seen = (texts: string[]) => `seen ${texts.length} user messages, last: ${texts.at(-1)}`

const echoAgent = new Agent({
  id: 'echoAgent',
  name: 'Echo Agent',
  description: 'Repeats what it is told.',
  instructions: 'You repeat the last user message.',
  model: modelV2({ modelId: 'mock-echo', reply: (texts) => `echo: ${texts.at(-1)}` }),
})

const slowAgent = new Agent({
  id: 'slowAgent',
  name: 'Slow Agent',
  description: 'Streams ten words over two seconds.',
  instructions: 'You are slow.',
  model: modelV2({ modelId: 'mock-slow', wordDelay: 200, reply: () => 'one two three four five six seven eight nine ten' }),
})

const weatherTool = createTool({
  id: 'weatherTool',
  description: 'The weather in a city.',
  inputSchema: z.object({ city: z.string() }),
  outputSchema: z.object({ city: z.string(), celsius: z.number() }),
  execute: async ({ city }) => ({ city, celsius: 21 }),
})
const weatherAgent = new Agent({
  id: 'weatherAgent',
  name: 'Weather Agent',
  description: 'Tells the weather with a tool.',
  instructions: 'You tell the weather.',
  tools: { weatherTool },
  model: modelV2({ modelId: 'mock-weather', tool: 'weatherTool', reply: () => 'It is 21 degrees.' }),
})

const memoryAgent = new Agent({
  id: 'memoryAgent',
  name: 'Memory Agent',
  description: 'Counts the user messages of its thread.',
  instructions: 'You remember.',
  memory: new Memory({ options: { lastMessages: 20 } }),
  model: modelV2({ modelId: 'mock-memory', reply: seen }),
})

const failAgent = new Agent({
  id: 'failAgent',
  name: 'Fail Agent',
  description: 'Its model always throws.',
  instructions: 'You fail.',
  model: modelV2({ modelId: 'mock-fail', failure: 'the model is out of order', reply: () => '' }),
})

const legacyAgent = new Agent({
  id: 'legacyAgent',
  name: 'Legacy Agent',
  description: 'Uses an AI SDK v4 model.',
  instructions: 'You repeat the last user message.',
  model: modelV1({ modelId: 'mock-legacy', reply: (texts) => `legacy echo: ${texts.at(-1)}` }),
})

const legacyMemoryAgent = new Agent({
  id: 'legacyMemoryAgent',
  name: 'Legacy Memory Agent',
  description: 'Uses an AI SDK v4 model and counts the user messages of its thread.',
  instructions: 'You remember.',
  memory: new Memory({ options: { lastMessages: 20 } }),
  model: modelV1({ modelId: 'mock-legacy-memory', reply: seen }),
})

const guardedAgent = new Agent({
  id: 'guardedAgent',
  name: 'Guarded Agent',
  description: 'A guard lets nothing through to it.',
  instructions: 'You never hear of it.',
  inputProcessors: [{ id: 'guard', processInput: ({ abort }) => abort('nobody may pass') }],
  model: modelV2({ modelId: 'mock-guarded', reply: () => 'unheard' }),
})

const alarmTool = createTool({
  id: 'alarmTool',
  description: 'Rings in a city, once someone allows it.',
  inputSchema: z.object({ city: z.string() }),
  requireApproval: true,
  execute: async () => ({ rang: true }),
})
const waitingAgent = new Agent({
  id: 'waitingAgent',
  name: 'Waiting Agent',
  description: 'Uses a tool that someone must allow.',
  instructions: 'You ring.',
  tools: { alarmTool },
  model: modelV2({ modelId: 'mock-waiting', tool: 'alarmTool', reply: () => 'It rings.' }),
})

const token = process.env.FIXTURE_TOKEN

export const mastra = new Mastra({
  agents: { echoAgent, slowAgent, weatherAgent, memoryAgent, failAgent, legacyAgent, legacyMemoryAgent, guardedAgent, waitingAgent },
  storage: new InMemoryStore(),
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PORT),
    auth: token ? new SimpleAuth({ tokens: { [token]: { id: 'tester', name: 'Tester' } } }) : undefined,
  },
})
