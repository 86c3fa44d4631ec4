// Builds the page. Whatever servers say becomes text nodes here, never markup.

const svgTags = new Set(["svg", "rect", "line"]);

/** Makes an element. Attributes whose value is a function are event handlers; those that are null, undefined or false are left out. */
export function h(tag, attributes, ...children) {
  const element = svgTags.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Cuts a text that is too long to be shown, between whole characters. */
export function cut(text, length) {
  const whole = String(text ?? "");
  return whole.length <= length ? whole : `${whole.slice(0, length).replace(/[\uD800-\uDBFF]$/, "")}… (cut)`;
}

/** A name from a server, which cannot change the direction of what stands beside it. */
export const name = (text, length = 120) => h("bdi", null, cut(text, length));

/** Text of several lines from a server. */
export const block = (text, attributes) => h("pre", { class: "block", dir: "auto", tabindex: "0", ...attributes }, cut(text, 200_000));

export const button = (label, click, attributes) => h("button", { type: "button", click, ...attributes }, label);

let ids = 0;

/** A label and its input. */
export function field(label, input, hint) {
  const id = `f${++ids}`;
  input.id = id;
  const about = hint ? h("small", { id: `${id}-hint` }, hint) : null;
  if (about) {
    input.setAttribute("aria-describedby", about.id);
  }
  return h("div", { class: "field" }, h("label", { for: id }, label), input, about);
}

/** Rows of terms and what they stand for; empty ones are left out. */
export const terms = pairs => h("dl", { class: "terms" }, pairs
  .filter(([, value]) => value !== null && value !== undefined && value !== "")
  .map(([term, value]) => h("div", null, h("dt", null, term), h("dd", null, value))));

/**
 * Makes the children of an element those of a list. A child whose key stays is kept, with its focus and what is open in it.
 * What `create` returns has an `element` and a function `update`.
 */
export function keyed(parent, items, keyOf, create) {
  const known = parent.keyed ??= new Map();
  const keys = new Set(items.map(keyOf));
  for (const [key, row] of known) {
    if (!keys.has(key)) {
      row.element.remove();
      known.delete(key);
    }
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let row = known.get(key);
    if (!row) {
      row = create(item);
      known.set(key, row);
    }
    row.update(item);
    if (row.element === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(row.element, next);
    }
  }
}

/** Puts a text in, unless it is there: a change would be read out again. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

let tabSets = 0;

/** Tabs over panels: the arrow keys go from one to the other. */
export function tabs(label, panels) {
  const set = `t${++tabSets}`;
  const heads = panels.map(([title], index) => h("button", {
    type: "button", role: "tab", id: `${set}-${index}`, "aria-controls": `${set}-${index}-panel`, click: () => select(index),
  }, title));
  const bodies = panels.map(([, panel], index) => h("div", { role: "tabpanel", id: `${set}-${index}-panel`, "aria-labelledby": `${set}-${index}` }, panel));
  const select = chosen => heads.forEach((head, index) => {
    head.setAttribute("aria-selected", index === chosen);
    head.tabIndex = index === chosen ? 0 : -1;
    bodies[index].hidden = index !== chosen;
  });
  const turn = event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const chosen = (heads.indexOf(document.activeElement) + step + heads.length) % heads.length;
      select(chosen);
      heads[chosen].focus();
    }
  };
  select(0);
  return h("div", { class: "tabs" }, h("div", { role: "tablist", "aria-label": label, keydown: turn }, heads), bodies);
}

/** Asks before something is done. */
export function confirm(question, doIt) {
  return new Promise(resolve => {
    const dialog = h("dialog", { "aria-label": "Please confirm", close: () => { dialog.remove(); resolve(dialog.returnValue === "yes"); } },
      h("p", null, question),
      h("div", { class: "actions" },
        button("Keep", () => dialog.close("no")),
        button(doIt, () => dialog.close("yes"), { class: "bad" })));
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms`
    : seconds < 60 ? `${seconds.toFixed(1)} s`
    : seconds < 3600 ? `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}

export function size(bytes) {
  return bytes === 1 ? "1 byte"
    : bytes < 1000 ? `${bytes} bytes`
    : bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

export const clock = time => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
