// Servers: which there are, which are down and why, and how one is connected or disconnected.

import { button, confirm, count, field, h, keyed, name, setText, terms } from "./dom.js";
import { useTool } from "./proxy.js";

export function serversView(app) {
  const said = h("p", { role: "status" });
  const problem = h("p", { role: "alert", class: "problem" });
  const hint = h("p", { role: "status" });
  const listProblem = h("p", { role: "alert", class: "problem" });
  const list = h("ul", { class: "cards" });
  const heading = h("h2", { tabindex: "-1" }, "Servers");
  const element = h("section", null, heading, hint, listProblem, said, problem, list, app.me.canConnect && connectForm());

  const say = (text, failure = "") => {
    setText(said, text);
    setText(problem, failure);
  };

  async function disconnect(server) {
    const question = h("span", null, "Disconnect ", name(server.serverName), "? Its agents can then be called no more, by anybody who uses this proxy.");
    if (await confirm(question, "Disconnect")) {
      try {
        say((await useTool("disconnectServer", { serverName: server.serverName })).message);
        heading.focus();
      } catch (error) {
        say("", error.message);
      }
      await app.refreshServers();
    }
  }

  function card(server) {
    const status = h("span", { class: "state" });
    const facts = h("div");
    const element = h("li", { class: "card" },
      h("div", { class: "title" }, h("h3", null, name(server.serverName)), status,
        app.me.canConnect && server.isDynamic && button("Disconnect", () => disconnect(server), { "aria-label": `Disconnect ${server.serverName}` })),
      facts);
    return {
      element,
      update: now => {
        const isUp = now.status === "online";
        status.className = `state ${isUp ? "good" : "bad"}`;
        setText(status, now.status);
        facts.replaceChildren(
          now.error ? h("p", { class: "problem", dir: "auto" }, name(now.error, 2000)) : "",
          now.changedAgents ? h("p", { class: "warning" }, "Described otherwise than when it was connected: ", name(now.changedAgents.join(", "), 500),
            ". Who trusts the new descriptions connects it again.") : "",
          terms([
            ["Address", name(now.serverUrl, 300)],
            ["Type", name(now.serverType)],
            ["Agents", isUp ? count(now.agents.length, "agent") : null],
            ["Comes from", now.isDynamic ? "connected while the proxy runs" : "the setting AGENT_SERVERS"],
          ]));
      },
    };
  }

  function connectForm() {
    const url = h("input", { type: "url", required: true, placeholder: "https://agents.example.com", autocomplete: "off" });
    const called = h("input", { autocomplete: "off", maxlength: "64" });
    const type = h("input", { autocomplete: "off" });
    const agents = h("input", { autocomplete: "off" });
    const validate = h("input", { type: "checkbox", checked: true });
    const send = h("button", { class: "main" }, "Connect");
    const submit = async event => {
      event.preventDefault();
      if (send.getAttribute("aria-disabled")) {
        return;
      }
      send.setAttribute("aria-disabled", "true");
      say("Connecting");
      try {
        const ids = agents.value.split(/[\s,]+/).filter(Boolean);
        const result = await useTool("connectServer", {
          serverUrl: url.value.trim(),
          ...(called.value.trim() && { serverName: called.value.trim() }),
          ...(type.value.trim() && { serverType: type.value.trim() }),
          ...(ids.length > 0 && { agents: ids }),
          validateConnection: validate.checked,
        });
        say(result.message);
        form.reset();
        await app.refreshServers();
      } catch (error) {
        say("", error.message);
      }
      send.removeAttribute("aria-disabled");
    };
    const form = h("form", { class: "card", submit, "aria-labelledby": "connect" },
      h("h3", { id: "connect" }, "Connect a server"),
      h("div", { class: "fields" },
        field("Base URL", url),
        field("Name (optional)", called, "Its agents are called name:agent."),
        field("Type (optional)", type, "Left out, it is found out."),
        field("Only these agents (optional)", agents, "Their ids, for a server that lists none or has too many.")),
      h("p", null, h("label", null, validate, " Ask it for its agents first, and refuse it if it does not answer")),
      h("div", { class: "actions" }, send));
    return form;
  }

  function onServers() {
    setText(listProblem, app.problem);
    setText(hint, app.hint);
    keyed(list, app.servers, server => server.serverName, card);
    list.hidden = app.servers.length === 0;
  }

  return { element, show: onServers, onServers };
}
