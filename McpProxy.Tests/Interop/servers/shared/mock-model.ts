// Language models that follow a script: no key, no network, the same answer every time.
import { setTimeout as pause } from 'node:timers/promises'

export interface Script {
  modelId: string
  reply: (userTexts: string[]) => string
  /** Milliseconds before each word. */
  wordDelay?: number
  /** The first step calls this tool with the user's words as the city; the second step answers. */
  tool?: string
  /** What the first step says before it calls the tool. */
  remark?: string
  /** Each step begins with a thought, a source and a file. */
  thoughtful?: boolean
  /** The model throws this. */
  failure?: string
  /** It throws only after so many words. */
  failsAfter?: number
}

type Part = { word: string } | { toolCallId: string; toolName: string; input: string }
type Call = { prompt: any[]; abortSignal?: AbortSignal }

const thought = 'Hm, let me think.'
const source = { sourceType: 'url', id: 's1', url: 'http://127.0.0.1/source', title: 'A source' }
const file = { data: 'aGk=', type: 'text/plain' }

const userTexts = (prompt: any[]) =>
  prompt.filter((m) => m.role === 'user').map((m) => (typeof m.content === 'string' ? m.content : m.content.map((p: any) => p.text ?? '').join('')))

/** Says on the console when it begins to be slow and when it was cut short, so that a test can see that a server stopped its model. */
async function* play(script: Script, { prompt, abortSignal }: Call): AsyncGenerator<Part> {
  const texts = userTexts(prompt)
  const callsTool = script.tool && !prompt.some((m) => m.role === 'tool')
  const words = (callsTool ? (script.remark ?? '') : script.reply(texts)).match(/\S+\s*/g) ?? []
  let said = 0
  if (script.wordDelay) console.log(`${script.modelId} began on '${texts.at(-1)}'`)
  try {
    for (const word of words) {
      if (script.wordDelay) await pause(script.wordDelay, undefined, { signal: abortSignal })
      if (said === script.failsAfter) throw new Error(script.failure)
      yield { word }
      said++
    }
  } finally {
    if (said < words.length) console.log(`${script.modelId} stopped after ${said} of ${words.length} words on '${texts.at(-1)}'`)
  }

  if (callsTool) yield { toolCallId: 'call_1', toolName: script.tool!, input: JSON.stringify({ city: texts.at(-1) }) }
}

async function playAll(script: Script, call: Call) {
  const parts = await Array.fromAsync(play(script, call))
  const toolCalls = parts.filter((p) => 'toolName' in p)
  const text = parts.map((p) => ('word' in p ? p.word : '')).join('')
  return { text, toolCalls, words: parts.length - toolCalls.length, finishReason: toolCalls.length ? 'tool-calls' : 'stop' }
}

function refuse({ failure, failsAfter }: Script) {
  if (failure && !failsAfter) throw new Error(failure)
}

/** Failures in the middle of a stream are a part of it. */
async function* withFailure(parts: AsyncGenerator<any>, { abortSignal }: Call) {
  try {
    yield* parts
  } catch (error) {
    if (abortSignal?.aborted) throw error
    yield { type: 'error', error }
  }
}

/** Speaks the language model protocol of AI SDK v5, Mastra 1.x's own. */
export function modelV2(script: Script): any {
  const usage = (words: number) => ({ inputTokens: 7, outputTokens: words, totalTokens: 7 + words })
  const extras = [{ type: 'source', ...source }, { type: 'file', mediaType: file.type, data: file.data }]

  async function* stream(call: Call) {
    let words = 0
    let finishReason = 'stop'
    yield { type: 'stream-start', warnings: [] }
    if (script.thoughtful) {
      yield { type: 'reasoning-start', id: 'r1' }
      yield { type: 'reasoning-delta', id: 'r1', delta: thought }
      yield { type: 'reasoning-end', id: 'r1' }
      yield* extras
    }
    for await (const part of play(script, call)) {
      if ('word' in part) {
        if (words++ === 0) yield { type: 'text-start', id: 't1' }
        yield { type: 'text-delta', id: 't1', delta: part.word }
      } else {
        finishReason = 'tool-calls'
        if (words) yield { type: 'text-end', id: 't1' }
        yield { type: 'tool-call', ...part }
      }
    }
    if (words && finishReason === 'stop') yield { type: 'text-end', id: 't1' }
    yield { type: 'finish', finishReason, usage: usage(words) }
  }

  return {
    specificationVersion: 'v2',
    provider: 'fixture',
    modelId: script.modelId,
    supportedUrls: {},
    async doGenerate(call: Call) {
      refuse(script)
      const { text, toolCalls, words, finishReason } = await playAll(script, call)
      const thoughts = script.thoughtful ? [{ type: 'reasoning', text: thought }, ...extras] : []
      const content = [...thoughts, ...(words ? [{ type: 'text', text }] : []), ...toolCalls.map((t) => ({ type: 'tool-call', ...t }))]
      return { content, finishReason, usage: usage(words), warnings: [] }
    },
    async doStream(call: Call) {
      refuse(script)
      return { stream: ReadableStream.from(withFailure(stream(call), call)) }
    },
  }
}

/** Speaks the language model protocol of AI SDK v4: Mastra 0.10's own; 1.x runs it behind its `-legacy` endpoints only. */
export function modelV1(script: Script): any {
  const usage = (words: number) => ({ promptTokens: 7, completionTokens: words })
  const rawCall = { rawPrompt: null, rawSettings: {} }
  const extras = { sources: [source], files: [{ mimeType: file.type, data: file.data }] }
  const toolCall = ({ toolCallId, toolName, input }: any) => ({ toolCallType: 'function', toolCallId, toolName, args: input })

  async function* stream(call: Call) {
    let words = 0
    let finishReason = 'stop'
    if (script.thoughtful) {
      yield { type: 'reasoning', textDelta: thought }
      yield { type: 'source', source }
      yield { type: 'file', ...extras.files[0] }
    }
    for await (const part of play(script, call)) {
      if ('word' in part) {
        words++
        yield { type: 'text-delta', textDelta: part.word }
      } else {
        finishReason = 'tool-calls'
        yield { type: 'tool-call', ...toolCall(part) }
      }
    }
    yield { type: 'finish', finishReason, usage: usage(words) }
  }

  return {
    specificationVersion: 'v1',
    provider: 'fixture',
    modelId: script.modelId,
    defaultObjectGenerationMode: 'json',
    async doGenerate(call: Call) {
      refuse(script)
      const { text, toolCalls, words, finishReason } = await playAll(script, call)
      const thoughts = script.thoughtful ? { reasoning: thought, ...extras } : {}
      return { text, ...thoughts, toolCalls: toolCalls.map(toolCall), finishReason, usage: usage(words), rawCall }
    },
    async doStream(call: Call) {
      refuse(script)
      return { stream: ReadableStream.from(withFailure(stream(call), call)), rawCall }
    },
  }
}
