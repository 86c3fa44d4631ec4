// Calls: what runs and what ran lately, on all replicas.

import { block, button, clock, count, cut, duration, field, h, keyed, name, setText, size, terms } from "./dom.js";
import { post } from "./proxy.js";

const maxShown = 200;
const states = ["running", "asked", "answered", "failed", "cancelled", "lost"];
const colours = { running: "busy", asked: "warn", answered: "good", failed: "bad", lost: "bad" };

export const newestFirst = (one, other) => one.startedAt < other.startedAt ? 1 : one.startedAt > other.startedAt ? -1 : 0;

export function callsView(app) {
  const said = h("p", { role: "status" });
  const problem = h("p", { role: "alert", class: "problem" });
  const list = h("ol", { class: "calls" });
  const agent = h("input", { type: "search", autocomplete: "off", list: "called", input: onCalls });
  const agents = h("datalist", { id: "called" });
  const state = h("select", { change: onCalls }, h("option", { value: "" }, "all"), states.map(value => h("option", { value }, value)));
  const element = h("section", null, h("h2", null, "Calls"),
    h("div", { class: "fields" }, field("Agent", agent), field("State", state)), agents, said, problem, list);

  async function cancel(id) {
    try {
      setText(problem, "");
      await post(`operator/calls/${encodeURIComponent(id)}/cancel`);
      setText(said, "The call is being cancelled.");
    } catch (error) {
      setText(problem, error.message);
    }
  }

  function row(call) {
    const badge = h("span");
    const time = h("span", { class: "clock" });
    const by = h("span", { class: "muted" });
    const details = h("div");
    const stop = button("Cancel", () => cancel(call.id), { "aria-label": `Cancel the call of ${cut(call.agent, 120)}` });
    const summary = h("summary", null, badge, h("span", { class: "who" }, name(call.agent)), by, time);
    let seen;
    return {
      element: h("li", null, h("details", null, summary, details), stop),
      update: now => {
        setText(time, duration(now.milliseconds ?? Math.max(0, Date.now() - new Date(now.startedAt))));
        if (now === seen) {
          return;
        }
        seen = now;
        badge.className = `state ${colours[now.state] ?? ""}`;
        setText(badge, now.state);
        setText(by, clock(now.startedAt));
        const hadFocus = document.activeElement === stop;
        stop.hidden = now.state !== "running";
        if (hadFocus && stop.hidden) {
          summary.focus();
        }
        details.replaceChildren(...describe(now));
      },
    };
  }

  function describe(call) {
    const trace = traceOf(call);
    return [
      call.error && h("p", { class: "problem", dir: "auto" }, cut(call.error.message, 2000)),
      terms([
        ["Call", call.id],
        ["Caller", call.caller && name(call.caller)],
        ["Began", new Date(call.startedAt).toLocaleString()],
        ["Ended", call.endedAt && new Date(call.endedAt).toLocaleString()],
        ["In the background", call.background ? "yes" : null],
        ["Tokens", call.inputTokens === undefined && call.outputTokens === undefined ? null : `${call.inputTokens ?? 0} in, ${call.outputTokens ?? 0} out`],
        ["Size", call.bytes === undefined ? null : size(call.bytes)],
        ["Error", call.error?.kind],
        ["Thread", call.threadId && name(call.threadId)],
        ["Replica", call.replica && name(call.replica)],
        ["Trace", trace ? h("a", { href: trace, target: "_blank", rel: "noreferrer" }, "Open the trace") : call.traceId],
      ]),
      call.message && h("div", null, h("h3", null, "Message"), block(call.message)),
      call.answer && h("div", null, h("h3", null, "Answer"), block(call.answer)),
    ].filter(Boolean);
  }

  function traceOf(call) {
    const url = call.traceId && app.me.traceUrl?.replace("{traceId}", encodeURIComponent(call.traceId));
    return url && /^https?:/.test(url) ? url : null;
  }

  function onCalls() {
    const wanted = agent.value.trim();
    const calls = [...app.calls.values()].sort(newestFirst);
    const found = calls.filter(call => (!wanted || call.agent.includes(wanted)) && (!state.value || call.state === state.value));
    keyed(agents, [...new Set(calls.map(call => call.agent))].slice(0, 100), value => value, value => ({ element: h("option", { value }), update: () => { } }));
    keyed(list, found.slice(0, maxShown), call => call.id, row);
    list.hidden = found.length === 0;
    setText(said, calls.length === 0 ? "No agent has been called yet. Try one under Agents."
      : found.length > maxShown ? `${count(found.length, "call")}, of which the newest ${maxShown} are shown.`
      : `${count(found.length, "call")}, ${count(found.filter(call => call.state === "running").length, "running", "running")}.`);
  }

  setInterval(() => {
    if (element.isConnected && document.visibilityState === "visible" && [...app.calls.values()].some(call => call.state === "running")) {
      onCalls();
    }
  }, 1000);

  return { element, show: onCalls, onCalls };
}
