// The page: what is known about the proxy, which view is shown, and the events that keep both up to date.

import { button, count, field, h, setText } from "./dom.js";
import { access, follow, getJson, getKey, setKey, useTool } from "./proxy.js";
import { agentsView } from "./agents.js";
import { callsView, newestFirst } from "./calls.js";
import { clientsView } from "./clients.js";
import { figuresView } from "./figures.js";
import { serversView } from "./servers.js";
import { settingsView } from "./settings.js";

const maxCalls = 1000;
const viewerAge = 15_000;
const longestPause = 30_000;

/** What all views share. */
const app = {
  /** Who is looking, and at what. */
  me: null,
  servers: [],
  hint: "",
  problem: "",
  calls: new Map(),
  refreshServers,
  go: view => { location.hash = view; },
};

const views = {
  servers: ["Servers", serversView],
  agents: ["Agents", agentsView],
  calls: ["Calls", callsView],
  figures: ["Figures", figuresView],
  clients: ["Clients", clientsView],
  settings: ["Settings", settingsView],
};
const made = {};
const main = document.getElementById("main");
const nav = document.querySelector("nav");
const live = document.getElementById("live");
let shown;
let events;

document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  main.focus();
});
document.getElementById("forget").addEventListener("click", () => {
  setKey("");
  location.reload();
});
addEventListener("hashchange", route);
access.onLocked = askForKey;
await start();

async function start() {
  try {
    app.me = await getJson("operator/me");
  } catch (error) {
    if (error.status !== 401) {
      setText(live, "Not connected");
      main.replaceChildren(h("p", { role: "alert", class: "problem" }, error.message), button("Try again", () => location.reload()));
    }
    return;
  }
  nav.replaceChildren(...Object.entries(views)
    .filter(([view]) => view !== "settings" || app.me.role === "operator")
    .map(([view, [title]]) => h("a", { href: `#${view}` }, title)));
  nav.hidden = false;
  document.getElementById("forget").hidden = getKey() === "";
  showFacts();
  await refreshServers();
  main.replaceChildren();
  route();
  followEvents();
  setInterval(refreshViewer, viewerAge);
}

function route() {
  const links = [...nav.children];
  const wanted = location.hash.slice(1);
  const link = links.find(other => other.hash.slice(1) === wanted) ?? (shown ? null : links[0]);
  if (!link) {
    return;
  }
  const view = link.hash.slice(1);
  links.forEach(other => other === link ? other.setAttribute("aria-current", "page") : other.removeAttribute("aria-current"));
  const [title, make] = views[view];
  made[view] ??= make(app);
  shown = made[view];
  document.title = `${title} - MCP Agent Proxy`;
  main.replaceChildren(shown.element);
  shown.show();
}

/** The header says how the proxy is. */
function showFacts() {
  const { backend, version, replica, caller, role } = app.me;
  const age = backend.ageSeconds === undefined ? "" : `, list ${count(Math.round(backend.ageSeconds), "second")} old`;
  const facts = [
    ["Backend", `${backend.name}: ${backend.state}${age}`],
    ["Version", version],
    ["Replica", replica],
    caller && ["Caller", `${caller} (${role})`],
    backend.problem && ["Problem", backend.problem],
  ].filter(Boolean);
  document.getElementById("facts").replaceChildren(...facts.map(([term, value]) => h("div", null, h("dt", null, term), h("dd", null, h("bdi", null, value)))));
}

async function refreshViewer() {
  if (document.visibilityState === "visible" && events) {
    try {
      app.me = await getJson("operator/me");
      showFacts();
    } catch {
      // The event stream says whether the proxy is there.
    }
  }
}

async function refreshServers() {
  try {
    const { serverAgents, hint } = await useTool("listAgents");
    [app.servers, app.hint, app.problem] = [serverAgents, hint ?? "", ""];
  } catch (error) {
    app.problem = error.message;
  }
  for (const view of Object.values(made)) {
    view.onServers?.();
  }
}

function takeCalls(calls) {
  for (const call of calls) {
    app.calls.set(call.id, call);
  }
  if (app.calls.size > maxCalls) {
    const newest = [...app.calls.values()].sort(newestFirst).slice(0, maxCalls);
    app.calls = new Map(newest.map(call => [call.id, call]));
  }
  shown.onCalls?.();
}

/** Stays with the proxy's events; a stream that ends or is lost is taken up again, each time a little later. */
async function followEvents() {
  events = new AbortController();
  const { signal } = events;
  let pause = 1000;
  let isFirst = true;
  while (!signal.aborted) {
    let opened;
    try {
      await follow("operator/events", () => {
        opened = performance.now();
        setText(live, "Live");
        live.className = "live";
        catchUp(isFirst);
        isFirst = false;
      }, (event, data) => event === "calls" ? takeCalls(data.calls) : event === "servers" ? refreshServers() : null, signal);
    } catch (error) {
      if (signal.aborted || error.status === 401) {
        return;
      }
      live.className = "lost";
      setText(live, "Disconnected, trying again");
    }
    if (performance.now() - opened > longestPause) {
      pause = 1000;
    }
    await new Promise(resolve => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
    pause = Math.min(pause * 2, longestPause);
  }
}

/** Gets what happened while nobody listened. */
async function catchUp(isFirst) {
  try {
    takeCalls((await getJson("operator/calls?limit=200")).calls);
    if (!isFirst) {
      refreshViewer();
      refreshServers();
    }
  } catch {
    // The stream is lost too, and is taken up again.
  }
}

/** Asks for a key in the place of everything else. */
function askForKey(message, hasShown) {
  events?.abort();
  setKey("");
  nav.hidden = true;
  document.getElementById("forget").hidden = true;
  setText(live, "Not signed in");
  live.className = "";
  const key = h("input", { type: "password", autocomplete: "off", required: true });
  const submit = event => {
    event.preventDefault();
    setKey(key.value.trim());
    location.reload();
  };
  main.replaceChildren(h("form", { class: "card", submit },
    h("h2", null, "Who are you?"),
    hasShown && h("p", { role: "alert", class: "problem" }, "That key is wrong, or not valid any more."),
    h("p", null, message),
    field("Key or access token", key, "It stays in this tab, and is sent with each request. An access token of the issuer named above can be pasted here too."),
    h("div", { class: "actions" }, h("button", { class: "main" }, "Go on"))));
  key.focus();
}
