import { Mastra } from '@mastra/core'
import { Agent } from '@mastra/core/agent'
import { createTool } from '@mastra/core/tools'
import { LibSQLStore } from '@mastra/libsql'
import { Memory } from '@mastra/memory'
import { z } from 'zod'
import { modelV1 } from '../../../shared/mock-model'

const echoAgent = new Agent({
  name: 'Echo Agent',
  instructions: 'You repeat the last user message.',
  model: modelV1({ modelId: 'mock-echo', reply: (texts) => `echo: ${texts.at(-1)}` }),
})

const slowAgent = new Agent({
  name: 'Slow Agent',
  instructions: 'You are slow.',
  model: modelV1({ modelId: 'mock-slow', wordDelay: 200, reply: () => 'one two three four five six seven eight nine ten' }),
})

const weatherTool = createTool({
  id: 'weatherTool',
  description: 'The weather in a city.',
  inputSchema: z.object({ city: z.string() }),
  outputSchema: z.object({ city: z.string(), celsius: z.number() }),
  execute: async ({ context }) => ({ city: context.city, celsius: 21 }),
})
const weatherAgent = new Agent({
  name: 'Weather Agent',
  instructions: 'You tell the weather.',
  tools: { weatherTool },
  model: modelV1({ modelId: 'mock-weather', tool: 'weatherTool', reply: () => 'It is 21 degrees.' }),
})

const talkingAgent = new Agent({
  name: 'Talking Agent',
  instructions: 'You tell the weather, and what you do.',
  tools: { weatherTool },
  model: modelV1({ modelId: 'mock-talking', tool: 'weatherTool', remark: 'Let me look. ', thoughtful: true, reply: () => 'It is 21 degrees.' }),
})

const memoryAgent = new Agent({
  name: 'Memory Agent',
  instructions: 'You remember.',
  memory: new Memory({
    storage: new LibSQLStore({ url: ':memory:' }),
    options: { lastMessages: 20, semanticRecall: false, threads: { generateTitle: false } },
  }),
  model: modelV1({ modelId: 'mock-memory', reply: (texts) => `seen ${texts.length} user messages, last: ${texts.at(-1)}` }),
})

const failAgent = new Agent({
  name: 'Fail Agent',
  instructions: 'You fail.',
  model: modelV1({ modelId: 'mock-fail', failure: 'the model is out of order', reply: () => '' }),
})

const brittleAgent = new Agent({
  name: 'Brittle Agent',
  instructions: 'You fail.',
  model: modelV1({ modelId: 'mock-brittle', failure: 'the model is out of order', failsAfter: 2, reply: () => 'one two three' }),
})

const objectAgent = new Agent({
  name: 'Object Agent',
  instructions: 'You answer in JSON.',
  model: modelV1({ modelId: 'mock-object', reply: () => '{"celsius":21}' }),
})

const token = process.env.FIXTURE_TOKEN

export const mastra = new Mastra({
  agents: { echoAgent, slowAgent, weatherAgent, talkingAgent, memoryAgent, failAgent, brittleAgent, objectAgent },
  telemetry: { enabled: false },
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PORT),
    experimental_auth: token
      ? {
          protected: ['/api/*'],
          authenticateToken: async (sent: string) => (sent === token ? { id: 'tester' } : null),
          authorize: async (_path: string, _method: string, user: unknown) => Boolean(user),
        }
      : undefined,
  },
})
