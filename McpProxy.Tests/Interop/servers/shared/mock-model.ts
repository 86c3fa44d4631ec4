// Language models that follow a script: no key, no network, the same answer every time.
import { setTimeout as pause } from 'node:timers/promises'

export interface Script {
  modelId: string
  reply: (userTexts: string[]) => string
  /** Milliseconds before each word. */
  wordDelay?: number
  /** The first step calls this tool with the user's words as the city; the second step answers. */
  tool?: string
  /** The model throws this. */
  failure?: string
}

type Part = { word: string } | { toolCallId: string; toolName: string; input: string }
type Call = { prompt: any[]; abortSignal?: AbortSignal }

const userTexts = (prompt: any[]) =>
  prompt.filter((m) => m.role === 'user').map((m) => (typeof m.content === 'string' ? m.content : m.content.map((p: any) => p.text ?? '').join('')))

/** Says on the console when it was cut short, so that a test can see that a server stopped its model. */
async function* play(script: Script, { prompt, abortSignal }: Call): AsyncGenerator<Part> {
  const texts = userTexts(prompt)
  if (script.tool && !prompt.some((m) => m.role === 'tool')) {
    yield { toolCallId: 'call_1', toolName: script.tool, input: JSON.stringify({ city: texts.at(-1) }) }
    return
  }

  const words = script.reply(texts).match(/\S+\s*/g) ?? []
  let said = 0
  try {
    for (const word of words) {
      if (script.wordDelay) await pause(script.wordDelay, undefined, { signal: abortSignal })
      yield { word }
      said++
    }
  } finally {
    if (said < words.length) console.log(`${script.modelId} stopped after ${said} of ${words.length} words`)
  }
}

async function playAll(script: Script, call: Call) {
  const parts = await Array.fromAsync(play(script, call))
  const toolCalls = parts.filter((p) => 'toolName' in p)
  const text = parts.map((p) => ('word' in p ? p.word : '')).join('')
  return { text, toolCalls, words: parts.length - toolCalls.length, finishReason: toolCalls.length ? 'tool-calls' : 'stop' }
}

function refuse({ failure }: Script) {
  if (failure) throw new Error(failure)
}

/** Speaks the language model protocol of AI SDK v5, Mastra 1.x's own. */
export function modelV2(script: Script): any {
  const usage = (words: number) => ({ inputTokens: 7, outputTokens: words, totalTokens: 7 + words })

  async function* stream(call: Call) {
    let words = 0
    let finishReason = 'stop'
    yield { type: 'stream-start', warnings: [] }
    for await (const part of play(script, call)) {
      if ('word' in part) {
        if (words++ === 0) yield { type: 'text-start', id: 't1' }
        yield { type: 'text-delta', id: 't1', delta: part.word }
      } else {
        finishReason = 'tool-calls'
        yield { type: 'tool-call', ...part }
      }
    }
    if (words) yield { type: 'text-end', id: 't1' }
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
      const content = toolCalls.length ? toolCalls.map((t) => ({ type: 'tool-call', ...t })) : [{ type: 'text', text }]
      return { content, finishReason, usage: usage(words), warnings: [] }
    },
    async doStream(call: Call) {
      refuse(script)
      return { stream: ReadableStream.from(stream(call)) }
    },
  }
}

/** Speaks the language model protocol of AI SDK v4: Mastra 0.10's own; 1.x runs it behind its `-legacy` endpoints only. */
export function modelV1(script: Script): any {
  const usage = (words: number) => ({ promptTokens: 7, completionTokens: words })
  const rawCall = { rawPrompt: null, rawSettings: {} }
  const toolCall = ({ toolCallId, toolName, input }: any) => ({ toolCallType: 'function', toolCallId, toolName, args: input })

  async function* stream(call: Call) {
    let words = 0
    let finishReason = 'stop'
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
      return { text, toolCalls: toolCalls.map(toolCall), finishReason, usage: usage(words), rawCall }
    },
    async doStream(call: Call) {
      refuse(script)
      return { stream: ReadableStream.from(stream(call)), rawCall }
    },
  }
}
