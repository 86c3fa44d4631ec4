// Agents: what can be asked whom, and a way to try it.

import { block, button, count, cut, field, h, keyed, name, setText } from "./dom.js";
import { useTool } from "./proxy.js";
import { tryPanel } from "./try.js";

const maxShown = 300;

export function agentsView(app) {
  const said = h("p", { role: "status" });
  const list = h("div");
  const filter = h("input", { type: "search", autocomplete: "off", input: onServers });
  const element = h("section", null, h("h2", null, "Agents"), field("Find an agent", filter, "By a part of its id, name or description."), said, list);

  function group(server) {
    const agents = h("ul", { class: "cards" });
    const title = h("h3", null, name(server.serverName), " ");
    const status = h("span", { class: "muted" });
    title.append(status);
    return {
      element: h("section", { class: "group" }, title, agents),
      update: now => {
        setText(status, now.status === "online" ? now.serverType : `is ${now.status}: see Servers`);
        keyed(agents, now.agents, agent => agent.fullyQualifiedId, card);
        agents.hidden = now.agents.length === 0;
      },
    };
  }

  function card(agent) {
    const id = agent.fullyQualifiedId;
    const title = h("h4");
    const about = h("p", { dir: "auto" });
    const details = h("div", { hidden: true });
    const trial = h("div", { hidden: true });
    const describeButton = button("Describe", describe, { "aria-expanded": "false", "aria-label": `Describe ${cut(id, 120)}` });
    const tryButton = button("Try", open, { class: "main", "aria-expanded": "false", "aria-label": `Try ${cut(id, 120)}` });

    async function describe() {
      details.hidden = !details.hidden;
      describeButton.setAttribute("aria-expanded", !details.hidden);
      if (!details.hidden) {
        details.replaceChildren(h("p", { role: "status" }, "Asking its server"));
        try {
          const { agentDetails } = await useTool("describeAgent", { agentId: id });
          details.replaceChildren(block(JSON.stringify(agentDetails, null, 2), { "aria-label": `What ${cut(id, 120)} is`, role: "region" }));
        } catch (error) {
          details.replaceChildren(h("p", { role: "alert", class: "problem", dir: "auto" }, cut(error.message, 2000)));
        }
      }
    }

    function open() {
      trial.hidden = !trial.hidden;
      tryButton.setAttribute("aria-expanded", !trial.hidden);
      if (!trial.firstChild) {
        trial.append(tryPanel(id));
      }
      if (!trial.hidden) {
        trial.querySelector("textarea").focus();
      }
    }

    return {
      element: h("li", { class: "card" },
        h("div", { class: "title" },
          h("div", { class: "who" }, title, h("code", null, name(id, 200))),
          h("div", { class: "actions" }, describeButton, tryButton)),
        about, details, trial),
      update: now => {
        setText(title, cut(now.name, 120));
        setText(about, cut(now.description, 600));
        about.hidden = !now.description;
      },
    };
  }

  function onServers() {
    const wanted = filter.value.trim().toLowerCase();
    const fits = agent => !wanted || [agent.fullyQualifiedId, agent.name, agent.description].some(text => text?.toLowerCase().includes(wanted));
    let left = maxShown;
    let found = 0;
    const servers = app.servers.map(server => {
      const agents = server.agents.filter(fits);
      const shown = agents.slice(0, left);
      found += agents.length;
      left -= shown.length;
      return { ...server, agents: shown };
    }).filter(server => !wanted || server.agents.length > 0);
    setText(said, app.problem || (app.servers.length === 0 ? app.hint
      : found > maxShown ? `${count(found, "agent")}, of which the first ${maxShown} are shown: look for the others by name.`
      : count(found, "agent")));
    keyed(list, servers, server => server.serverName, group);
  }

  return { element, show: onServers, onServers };
}
