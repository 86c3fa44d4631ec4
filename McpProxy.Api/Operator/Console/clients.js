// Clients: what to put into the configuration of an MCP client.

import { button, h, setText } from "./dom.js";
import { addressOf, getKey } from "./proxy.js";

const placeholder = "YOUR-KEY";

export function clientsView(app) {
  const said = h("p", { role: "status" });
  const list = h("div", { class: "cards" });
  const withKey = h("input", { type: "checkbox", checked: getKey() !== "", change: show });
  const element = h("section", null, h("h2", null, "Clients"),
    h("p", null, "The address of this proxy is ", h("code", null, addressOf("mcp")), "."),
    h("p", null, h("label", null, withKey, ` With a key: put your own in the place of ${placeholder}`)), said, list);

  function card(title, where, text) {
    const block = h("pre", { class: "block", tabindex: "0", role: "region", "aria-label": `Configuration for ${title}` }, text);
    return h("section", { class: "card" },
      h("div", { class: "title" }, h("h3", null, title), button("Copy", () => copy(title, block), { "aria-label": `Copy the configuration for ${title}` })),
      h("p", null, where),
      block);
  }

  async function copy(title, block) {
    try {
      await navigator.clipboard.writeText(block.textContent);
      setText(said, `Copied the configuration for ${title}.`);
    } catch {
      // Browsers let only pages of this machine and pages over HTTPS copy.
      getSelection().selectAllChildren(block);
      setText(said, `The browser does not let this page copy. The configuration for ${title} is selected: press Ctrl+C.`);
    }
  }

  function show() {
    const url = addressOf("mcp");
    const json = value => JSON.stringify(value, null, 2);
    const header = `Bearer ${placeholder}`;
    const headers = withKey.checked ? { headers: { Authorization: header } } : {};
    const servers = app.servers.map(server => server.serverUrl).join(" ");
    list.replaceChildren(
      card("VS Code", "In .vscode/mcp.json:", json({ servers: { agents: { type: "http", url, ...headers } } })),
      card("Claude Code", "In a terminal:", `claude mcp add --transport http agents ${url}${withKey.checked ? ` --header "Authorization: ${header}"` : ""}`),
      card("Cursor", "In .cursor/mcp.json:", json({ mcpServers: { agents: { url, ...headers } } })),
      card("Claude Desktop",
        "Over stdio, in claude_desktop_config.json. It starts a proxy of its own in front of the same agent servers, with the .NET 10 SDK:",
        json({ mcpServers: { agents: { command: "dnx", args: ["McpProxy", "--yes", "--", "--stdio"], env: { AGENT_SERVERS: servers } } } })),
      card("Other clients", "Streamable HTTP, as plain JSON:", json({ type: "streamable-http", url, ...headers })));
  }

  return { element, show, onServers: () => element.contains(document.activeElement) || show() };
}
