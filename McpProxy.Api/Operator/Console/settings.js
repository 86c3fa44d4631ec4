// Settings: what the proxy was told. Secrets come masked.

import { cut, h, setText } from "./dom.js";
import { getJson } from "./proxy.js";

export function settingsView() {
  const said = h("p", { role: "status" });
  const rows = h("tbody");
  const onlySet = h("input", { type: "checkbox", change: filter });
  const element = h("section", null, h("h2", null, "Settings"),
    h("p", null, h("label", null, onlySet, " Only those that are set")), said,
    h("table", null,
      h("thead", null, h("tr", null, ["Setting", "Value", "Default"].map(title => h("th", { scope: "col" }, title)))), rows));

  async function show() {
    try {
      const { settings } = await getJson("operator/settings");
      rows.replaceChildren(...settings.map(setting => h("tr", { class: setting.isSet ? "set" : "" },
        h("th", { scope: "row" }, h("code", null, setting.name), h("small", null, cut(setting.description, 600))),
        h("td", null, h("bdi", null, cut(setting.value, 300)), setting.isSet ? h("small", null, "set") : null),
        h("td", null, h("bdi", null, cut(setting.default, 300))))));
      filter();
    } catch (error) {
      setText(said, error.message);
    }
  }

  function filter() {
    for (const row of rows.children) {
      row.hidden = onlySet.checked && !row.classList.contains("set");
    }
  }

  return { element, show };
}
