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

const talkative = { tool: 'weatherTool', remark: 'Let me look. ', thoughtful: true, reply: () => 'It is 21 degrees.' }
const talkingAgent = new Agent({
  id: 'talkingAgent',
  name: 'Talking Agent',
  description: 'Speaks before and after it uses a tool.',
  instructions: 'You tell the weather, and what you do.',
  tools: { weatherTool },
  model: modelV2({ modelId: 'mock-talking', ...talkative }),
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

const brittle = { failure: 'the model is out of order', failsAfter: 2, reply: () => 'one two three' }
const brittleAgent = new Agent({
  id: 'brittleAgent',
  name: 'Brittle Agent',
  description: 'Its model throws after two words.',
  instructions: 'You fail.',
  model: modelV2({ modelId: 'mock-brittle', ...brittle }),
})

const objectAgent = new Agent({
  id: 'objectAgent',
  name: 'Object Agent',
  description: 'Always answers with an object.',
  instructions: 'You answer in JSON.',
  defaultOptions: { structuredOutput: { schema: z.object({ celsius: z.number() }) } },
  model: modelV2({ modelId: 'mock-object', reply: () => '{"celsius":21}' }),
})

const legacyAgent = new Agent({
  id: 'legacyAgent',
  name: 'Legacy Agent',
  description: 'Uses an AI SDK v4 model.',
  instructions: 'You repeat the last user message.',
  model: modelV1({ modelId: 'mock-legacy', reply: (texts) => `legacy echo: ${texts.at(-1)}` }),
})

const legacyTalkingAgent = new Agent({
  id: 'legacyTalkingAgent',
  name: 'Legacy Talking Agent',
  description: 'Uses an AI SDK v4 model, and speaks before and after it uses a tool.',
  instructions: 'You tell the weather, and what you do.',
  tools: { weatherTool },
  model: modelV1({ modelId: 'mock-legacy-talking', ...talkative }),
})

const legacySlowAgent = new Agent({
  id: 'legacySlowAgent',
  name: 'Legacy Slow Agent',
  description: 'Uses an AI SDK v4 model, and streams ten words over two seconds.',
  instructions: 'You are slow.',
  model: modelV1({ modelId: 'mock-legacy-slow', wordDelay: 200, reply: () => 'one two three four five six seven eight nine ten' }),
})

const legacyBrittleAgent = new Agent({
  id: 'legacyBrittleAgent',
  name: 'Legacy Brittle Agent',
  description: 'Uses an AI SDK v4 model that throws after two words.',
  instructions: 'You fail.',
  model: modelV1({ modelId: 'mock-legacy-brittle', ...brittle }),
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

const censoredAgent = new Agent({
  id: 'censoredAgent',
  name: 'Censored Agent',
  description: 'A guard reads its answer at the end, and lets nothing out.',
  instructions: 'You are never heard.',
  outputProcessors: [{ id: 'censor', processOutputResult: ({ abort }) => abort('nothing may be said') }],
  model: modelV2({ modelId: 'mock-censored', reply: () => 'unheard' }),
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

const tuneTool = createTool({
  id: 'tuneTool',
  description: 'Rings in a city, and asks for the tune first.',
  inputSchema: z.object({ city: z.string() }),
  suspendSchema: z.object({ question: z.string() }),
  resumeSchema: z.object({ tune: z.string() }),
  execute: async (_, context) => context?.agent?.resumeData
    ? { rang: context.agent.resumeData.tune }
    : context?.agent?.suspend({ question: 'Which tune?' }),
})
const askingAgent = new Agent({
  id: 'askingAgent',
  name: 'Asking Agent',
  description: 'Uses a tool that asks for something.',
  instructions: 'You ring.',
  tools: { tuneTool },
  memory: new Memory({ options: { lastMessages: 20 } }),
  model: modelV2({ modelId: 'mock-asking', tool: 'tuneTool', reply: () => 'It rings.' }),
})

const token = process.env.FIXTURE_TOKEN

export const mastra = new Mastra({
  agents: {
    echoAgent, slowAgent, weatherAgent, talkingAgent, memoryAgent, failAgent, brittleAgent, objectAgent, guardedAgent, censoredAgent, waitingAgent,
    askingAgent,
    legacyAgent, legacySlowAgent, legacyTalkingAgent, legacyMemoryAgent, legacyBrittleAgent,
  },
  storage: new InMemoryStore(),
  server: {
    host: '127.0.0.1',
    port: Number(process.env.PORT),
    auth: token ? new SimpleAuth({ tokens: { [token]: { id: 'tester', name: 'Tester' } } }) : undefined,
  },
})
