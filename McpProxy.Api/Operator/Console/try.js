// Tries an agent: sends it a message as a model would, shows its words as they come, and what a model would see of the answer.

import { block, button, count, cut, duration, field, h, setText, size, tabs } from "./dom.js";
import { bytesOf, callTool, textOf } from "./proxy.js";
import { questionForm } from "./question.js";

const maxWords = 200_000;

/** What somebody wrote: JSON where it is some, else words. */
function valueOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function tryPanel(agentId) {
  const message = h("textarea", { rows: "3", required: true, dir: "auto" });
  const thread = h("input", { autocomplete: "off", dir: "auto" });
  const send = h("button", { class: "main" }, "Send");
  const cancel = button("Cancel", () => call?.abort(), { hidden: true });
  const said = h("span", { role: "status" });
  const time = h("span", { class: "clock" });
  const words = h("pre", {
    class: "block words", dir: "auto", role: "log", "aria-live": "polite", "aria-label": "The agent's words", tabindex: "0", hidden: true,
  });
  const question = h("div");
  const answer = h("div");
  const form = h("form", { submit, "aria-label": `Try ${cut(agentId, 120)}` },
    field("Message", message, "Ctrl+Enter sends it."),
    field("Thread (optional)", thread, "Write new to begin a conversation, or its id to go on with it."),
    h("div", { class: "actions" }, send, cancel, time, said));
  let call;
  let isDeclined;

  message.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !call) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  function submit(event) {
    event.preventDefault();
    if (!call) {
      const threadId = thread.value.trim();
      run({ targetAgentId: agentId, message: message.value, ...(threadId && { threadId }) });
    }
  }

  async function run(toolArguments) {
    call = new AbortController();
    const { signal } = call;
    const started = performance.now();
    const elapsed = () => duration(performance.now() - started);
    const ticking = setInterval(() => setText(time, elapsed()), 100);
    begin();
    try {
      const result = await talk(toolArguments, signal);
      const error = result.structuredContent?.error;
      setText(said, result.isError ? `Failed${error ? ` (${error.kind})` : ""} after ${elapsed()}.` : `Answered in ${elapsed()}.`);
      showAnswer(result);
    } catch (error) {
      setText(said, signal.aborted ? `Cancelled after ${elapsed()}. What the agent has done by then stays done.` : "");
      if (!signal.aborted) {
        answer.replaceChildren(h("p", { role: "alert", class: "problem", dir: "auto" }, cut(error.message, 2000)));
      }
    }
    clearInterval(ticking);
    setText(time, "");
    end();
  }

  function begin() {
    words.replaceChildren();
    words.hidden = false;
    answer.replaceChildren();
    setText(said, "The agent is at work.");
    cancel.hidden = false;
    cancel.focus();
    send.hidden = true;
  }

  function end() {
    const hadFocus = document.activeElement === cancel || document.activeElement === document.body;
    call = null;
    question.replaceChildren();
    send.hidden = false;
    if (hadFocus) {
      send.focus();
    }
    cancel.hidden = true;
  }

  /** One call, and as many answers to the agent's questions as it asks. */
  async function talk(toolArguments, signal) {
    const onText = text => {
      if (text && words.textContent.length < maxWords) {
        words.append(cut(text, maxWords));
      }
    };
    let asked;
    let more;
    isDeclined = false;
    for (;;) {
      const result = await callTool("callAgent", toolArguments, { signal, onText, more });
      const isUnfit = result.isError && more && result.structuredContent?.error?.kind === "invalid_argument";
      if (result.resultType !== "input_required" && !isUnfit) {
        return result;
      }
      asked = isUnfit ? asked : result;
      setText(said, "The agent asks.");
      const inputResponses = await questionForm(question, asked.inputRequests ?? {}, isUnfit ? textOf(result) : "", signal);
      more = { requestState: asked.requestState, inputResponses };
      isDeclined = Object.values(inputResponses).some(({ action }) => action !== "accept");
      cancel.focus();
      question.replaceChildren();
      setText(said, "The agent is at work.");
    }
  }

  function showAnswer(result) {
    const text = textOf(result);
    const fields = result.structuredContent;
    words.hidden = true;
    words.replaceChildren();
    const waits = fields?.threadId && (fields.interrupt || isDeclined);
    if (fields?.threadId && !waits) {
      thread.value = fields.threadId;
    }
    const usage = fields?.usage && `${count(fields.usage.inputTokens ?? 0, "token")} in, ${count(fields.usage.outputTokens ?? 0, "token")} out`;
    const look = { "aria-label": "Text of the answer", role: "region", class: result.isError ? "block problem" : "block" };
    answer.replaceChildren(
      tabs("What a model sees", [
        [`Text (${size(bytesOf(text))})`, block(text, look)],
        [`Structured (${fields ? size(bytesOf(JSON.stringify(fields))) : "none"})`,
          block(fields ? JSON.stringify(fields, null, 2) : "", { "aria-label": "Structured content of the answer", role: "region" })],
      ]),
      usage ? h("p", { class: "muted" }, usage) : "",
      waits ? resumeForm(fields.threadId) : "");
    answer.scrollIntoView({ block: "nearest" });
  }

  /** For a question that got no answer in its form. */
  function resumeForm(threadId) {
    const input = h("textarea", { rows: "2", required: true, dir: "auto" });
    const resume = event => {
      event.preventDefault();
      if (!call) {
        run({ targetAgentId: agentId, threadId, resume: valueOf(input.value) });
      }
    };
    return h("form", { class: "card question", submit: resume, "aria-label": "Answer the agent later" },
      h("p", null, "The agent still waits for an answer."),
      field("Answer", input, "JSON, or else words."),
      h("div", { class: "actions" }, h("button", null, "Resume")));
  }

  return h("div", { class: "try" }, form, question, words, answer);
}
