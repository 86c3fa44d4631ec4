// Figures: the last hour of each agent.

import { count, clock, duration, h, keyed, name, setText, terms } from "./dom.js";
import { getJson } from "./proxy.js";

const pause = 2000;
const minutes = 60;

export function figuresView() {
  const said = h("p", { role: "status" });
  const list = h("ul", { class: "cards" });
  const element = h("section", null, h("h2", null, "Figures"), said, list);
  let timer;

  function card(agent) {
    const facts = h("div");
    return {
      element: h("li", { class: "card" }, h("h3", null, name(agent.agent)), facts),
      update: now => facts.replaceChildren(
        chart(now),
        terms([
          ["Calls", `${now.calls}${now.running ? `, ${now.running} running` : ""}`],
          ["Errors", String(now.errors)],
          ["Half took at most (p50)", now.p50Milliseconds === undefined ? null : duration(now.p50Milliseconds)],
          ["95 of 100 took at most (p95)", now.p95Milliseconds === undefined ? null : duration(now.p95Milliseconds)],
          ["Tokens", `${now.inputTokens ?? 0} in, ${now.outputTokens ?? 0} out`],
        ])),
    };
  }

  /** One bar a minute, the errors at its foot. */
  function chart({ minutes: filled = [], calls, errors }) {
    const last = Math.floor(Date.now() / 60_000);
    const bars = filled
      .map(minute => ({ ...minute, x: minutes - 1 - (last - Math.floor(new Date(minute.at) / 60_000)) }))
      .filter(minute => minute.x >= 0 && minute.x < minutes && minute.calls > 0);
    const most = bars.reduce((best, bar) => bar.calls > (best?.calls ?? 0) ? bar : best, null);
    const bar = (x, from, to, kind) => h("rect", { x: x * 5, y: 40 - to / most.calls * 40, width: 4, height: (to - from) / most.calls * 40, class: kind });
    const told = `${count(calls, "call")} and ${count(errors, "error")} in the last hour`
      + (most ? `; most in one minute: ${count(most.calls, "call")} at ${clock(most.at).slice(0, 5)}` : "");
    return h("div", null,
      h("svg", { viewBox: "0 0 300 42", role: "img", "aria-label": told, class: "chart", preserveAspectRatio: "none" },
        bars.flatMap(({ x, calls: all, errors: failed = 0 }) => [bar(x, failed, all, "calls"), failed > 0 && bar(x, 0, failed, "errors")]),
        h("line", { x1: 0, y1: 41, x2: 300, y2: 41 })),
      h("p", { class: "axis muted" },
        h("span", null, "an hour ago"),
        h("span", null, most ? `highest: ${count(most.calls, "call")} a minute` : ""),
        h("span", null, "now")));
  }

  async function show() {
    try {
      const { agents } = await getJson("operator/agents");
      keyed(list, agents, agent => agent.agent, card);
      list.hidden = agents.length === 0;
      setText(said, agents.length === 0 ? "No agent was called in the last hour. Try one under Agents." : "The last hour, on all replicas.");
    } catch (error) {
      setText(said, error.message);
    }
  }

  /** Calls come in crowds: the figures follow them at some distance. */
  function onCalls() {
    timer ??= setTimeout(() => {
      timer = null;
      if (element.isConnected) {
        show();
      }
    }, pause);
  }

  return { element, show, onCalls };
}
