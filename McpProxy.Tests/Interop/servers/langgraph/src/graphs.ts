// Graphs that follow a script: no key, no network, the same answer every time.
import { setTimeout as pause } from 'node:timers/promises'
import { SimpleChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage, AIMessageChunk, type BaseMessage, ToolMessage } from '@langchain/core/messages'
import { ChatGenerationChunk } from '@langchain/core/outputs'
import { Annotation, END, interrupt, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph'

type Reply = (userTexts: string[]) => string

class ScriptedModel extends SimpleChatModel {
  constructor(private reply: Reply, private wordDelay = 0) {
    super({})
  }

  _llmType() {
    return 'scripted'
  }

  async _call(messages: BaseMessage[]) {
    return this.reply(messages.filter((m) => m.getType() === 'human').map((m) => m.text))
  }

  /** Says on the console when it was cut short, so that a test can see that the server stopped it. */
  async *_streamResponseChunks(messages: BaseMessage[], { signal }: { signal?: AbortSignal }, run?: any) {
    const words = (await this._call(messages)).match(/\S+\s*/g) ?? []
    let said = 0
    try {
      for (const word of words) {
        if (this.wordDelay) await pause(this.wordDelay, undefined, { signal })
        const chunk = new ChatGenerationChunk({ text: word, message: new AIMessageChunk(word) })
        yield chunk
        await run?.handleLLMNewToken(word, undefined, undefined, undefined, undefined, { chunk })
        said++
      }
    } finally {
      if (said < words.length) console.log(`the model stopped after ${said} of ${words.length} words`)
    }
  }
}

const chat = (reply: Reply, wordDelay?: number) => {
  const model = new ScriptedModel(reply, wordDelay)
  return new StateGraph(MessagesAnnotation)
    .addNode('model', async (state, config) => ({ messages: [await model.invoke(state.messages, config)] }))
    .addEdge(START, 'model')
    .addEdge('model', END)
    .compile()
}

/** Counts the user messages of its thread. */
export const echo = chat((texts) => `echo ${texts.length}: ${texts.at(-1)}`)

/** Ten words over two seconds. */
export const slow = chat(() => 'one two three four five six seven eight nine ten', 200)

/** Says nothing for a while, then one word. */
export const pondering = chat(() => 'forty-two', 5000)

/** Calls a tool, then answers; its messages tell what they cost. */
export const tooling = new StateGraph(MessagesAnnotation)
  .addNode('ask', async ({ messages }) => ({
    messages: [
      new AIMessage({
        content: '',
        tool_calls: [{ id: 'call_1', name: 'weather', args: { city: messages.at(-1)!.text } }],
        usage_metadata: { input_tokens: 7, output_tokens: 0, total_tokens: 7 },
      }),
    ],
  }))
  .addNode('tools', async ({ messages }) => {
    const call = (messages.at(-1) as AIMessage).tool_calls![0]
    return { messages: [new ToolMessage({ tool_call_id: call.id!, name: call.name, content: JSON.stringify({ ...call.args, celsius: 21 }) })] }
  })
  .addNode('answer', async () => ({
    messages: [new AIMessage({ content: 'It is 21 degrees.', usage_metadata: { input_tokens: 7, output_tokens: 4, total_tokens: 11 } })],
  }))
  .addEdge(START, 'ask')
  .addEdge('ask', 'tools')
  .addEdge('tools', 'answer')
  .addEdge('answer', END)
  .compile()

/** Stops in the middle to ask a person. */
export const asking = new StateGraph(MessagesAnnotation)
  .addNode('approve', async () => ({ messages: [new AIMessage(`approved: ${interrupt('May I?')}`)] }))
  .addEdge(START, 'approve')
  .addEdge('approve', END)
  .compile()

/** Asks two things at the same time. */
export const askingTwice = new StateGraph(MessagesAnnotation)
  .addNode('left', async () => ({ messages: [new AIMessage(`left: ${interrupt('May I go left?')}`)] }))
  .addNode('right', async () => ({ messages: [new AIMessage(`right: ${interrupt('May I go right?')}`)] }))
  .addEdge(START, 'left')
  .addEdge(START, 'right')
  .addEdge('left', END)
  .addEdge('right', END)
  .compile()

/** Its node throws. */
export const failing = new StateGraph(MessagesAnnotation)
  .addNode('fail', async () => {
    throw new Error('the graph is out of order')
  })
  .addEdge(START, 'fail')
  .addEdge('fail', END)
  .compile()

/** Its state has no messages. */
export const counter = new StateGraph(Annotation.Root({ count: Annotation<number>({ reducer: (_, next) => next, default: () => 0 }) }))
  .addNode('add', async ({ count }) => ({ count: count + 1 }))
  .addEdge(START, 'add')
  .addEdge('add', END)
  .compile()
