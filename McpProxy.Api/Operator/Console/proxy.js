// Speaks to the proxy: as an MCP client of revision 2026-07-28, and in JSON where MCP has no words for what is shown.

const revision = "2026-07-28";
const longestSilence = 30_000;
const store = "mcp-proxy-key";

/** What the proxy says when it lets somebody in only with a key, or with another one. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Told when the proxy asks for a key. */
export const access = { onLocked: () => { } };

export const getKey = () => sessionStorage.getItem(store) ?? "";
export const setKey = key => key ? sessionStorage.setItem(store, key) : sessionStorage.removeItem(store);

/** Where something of the proxy is, also behind a path prefix. */
export const addressOf = path => new URL(path, new URL(".", location.href)).href;

async function send(path, options = {}) {
  const key = getKey();
  const headers = { ...options.headers, ...(key && { Authorization: `Bearer ${key}` }) };
  let response;
  try {
    response = await fetch(addressOf(path), { ...options, headers, cache: "no-store", credentials: "same-origin" });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Error("The proxy cannot be reached. Is it running, and is the network there?");
  }
  if (response.ok) {
    return response;
  }
  const said = await response.json().catch(() => null);
  const refusal = new Refusal(response.status, said?.error?.message ?? `The proxy answered with status ${response.status}.`);
  if (response.status === 401) {
    access.onLocked(refusal.message, key !== "");
  }
  throw refusal;
}

export const getJson = async path => (await send(path)).json();
export const post = path => send(path, { method: "POST" });

/** The events of a stream: their names and data. `onRead` is told that something came, if only a sign of life. */
async function* eventsOf(response, onRead) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let parts = [];
  let event = "";
  let data = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      onRead?.();
      const lines = value.split("\n");
      parts.push(lines[0]);
      for (let i = 1; i < lines.length; i++) {
        const line = parts.join("").replace(/\r$/, "");
        parts = [lines[i]];
        if (line.startsWith("data:")) {
          data.push(line.slice(line[5] === " " ? 6 : 5));
        } else if (line.startsWith("event:")) {
          event = line.slice(6).trim();
        } else if (line === "" && data.length > 0) {
          yield { event, data: data.join("\n") };
          event = "";
          data = [];
        }
      }
    }
  } finally {
    reader.cancel().catch(() => { });
  }
}

/** Follows the proxy's events until the stream ends, or is silent for so long that it must be lost: the proxy sends a sign of life every five seconds. */
export async function follow(path, onOpen, onEvent, signal) {
  const silence = new AbortController();
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), longestSilence);
  };
  wait();
  try {
    const response = await send(path, { headers: { Accept: "text/event-stream" }, signal: AbortSignal.any([signal, silence.signal]) });
    onOpen();
    for await (const { event, data } of eventsOf(response, wait)) {
      onEvent(event, JSON.parse(data));
    }
  } finally {
    clearTimeout(timer);
  }
}

let requests = 0;

/**
 * Calls a tool as any MCP client does. Ending the request, by `signal`, cancels the call.
 * `more` is what goes beside the arguments: the answer to a question.
 */
export async function callTool(name, toolArguments, { signal, onText, more } = {}) {
  const id = ++requests;
  const response = await send("mcp", {
    method: "POST",
    signal,
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": revision,
      "Mcp-Method": "tools/call",
      "Mcp-Name": name,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id,
      method: "tools/call",
      params: {
        name,
        arguments: toolArguments,
        ...more,
        _meta: {
          "io.modelcontextprotocol/protocolVersion": revision,
          "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
          "io.modelcontextprotocol/clientInfo": { name: "mcp-agent-proxy-page", version: "1" },
          ...(onText && { progressToken: id }),
        },
      },
    }),
  });
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    return resultOf(await response.json());
  }
  try {
    for await (const { data } of eventsOf(response)) {
      const message = JSON.parse(data);
      if (message.method === "notifications/progress") {
        onText?.(message.params.message ?? "");
      } else if (message.id === id) {
        return resultOf(message);
      }
    }
  } catch (error) {
    if (error.name === "AbortError" || error instanceof Refusal) {
      throw error;
    }
  }
  throw new Error("The connection ended before the answer. The agent may have done its work, or a part of it: see Calls.");
}

function resultOf(message) {
  if (message.error) {
    throw new Refusal(message.error.code, message.error.message);
  }
  return message.result;
}

/** Calls a tool whose failure is an exception with the proxy's sentence. */
export async function useTool(name, toolArguments = {}) {
  const result = await callTool(name, toolArguments);
  if (result.isError) {
    throw new Error(textOf(result));
  }
  return result.structuredContent;
}

export const textOf = result => (result.content ?? []).filter(part => part.type === "text").map(part => part.text).join("\n\n");

export const bytesOf = text => new TextEncoder().encode(text).length;
