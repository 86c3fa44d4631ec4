// The form in which an agent asks: what MCP calls an elicitation.

import { button, cut, field, h } from "./dom.js";

/** Shows the questions in `parent`, and returns what was answered, by the names of the questions. Ends with the signal. */
export async function questionForm(parent, requests, problem, signal) {
  const responses = {};
  for (const [key, request] of Object.entries(requests)) {
    responses[key] = await askOne(parent, request.params ?? {}, problem, signal);
  }
  return responses;
}

function askOne(parent, { message, requestedSchema = {} }, problem, signal) {
  return new Promise((resolve, reject) => {
    const required = requestedSchema.required ?? [];
    const inputs = Object.entries(requestedSchema.properties ?? {}).map(([key, schema]) => [key, inputFor(key, schema, required.includes(key))]);
    const submit = event => {
      event.preventDefault();
      const content = Object.fromEntries(inputs.map(([key, input]) => [key, input.value()]).filter(([, value]) => value !== undefined));
      resolve({ action: "accept", content });
    };
    const form = h("form", { class: "card question", submit, "aria-label": "The agent asks" },
      h("p", { dir: "auto", class: "lines" }, cut(message, 4000)),
      problem && h("p", { role: "alert", class: "problem" }, cut(problem, 2000)),
      inputs.map(([, input]) => input.element),
      h("div", { class: "actions" }, h("button", { class: "main" }, "Answer"), button("Decline", () => resolve({ action: "decline" }))));
    signal.addEventListener("abort", () => reject(new DOMException("Cancelled.", "AbortError")), { once: true });
    parent.replaceChildren(form);
    form.querySelector("input, select, textarea, button").focus();
  });
}

let groups = 0;

function inputFor(key, schema, isRequired) {
  const label = cut(schema.title ?? key, 200);
  const hint = schema.description && cut(schema.description, 500);
  if (schema.type === "boolean") {
    const group = `g${++groups}`;
    const radio = (text, value) => h("label", null,
      h("input", { type: "radio", name: group, value, required: isRequired, checked: schema.default === (value === "true") }), ` ${text} `);
    const element = h("fieldset", null, h("legend", null, label), hint && h("p", null, hint), radio("Yes", "true"), radio("No", "false"));
    return { element, value: () => ({ true: true, false: false })[element.querySelector(":checked")?.value] };
  }
  if (schema.type === "array") {
    const element = h("fieldset", null, h("legend", null, label), hint && h("p", null, hint), choicesOf(schema.items ?? {}).map(([value, text]) =>
      h("label", null, h("input", { type: "checkbox", value, checked: schema.default?.includes(value) }), ` ${cut(text, 200)} `)));
    return { element, value: () => [...element.querySelectorAll(":checked")].map(box => box.value) };
  }
  const choices = choicesOf(schema);
  if (choices.length > 0) {
    const select = h("select", { required: isRequired },
      h("option", { value: "" }, "Choose"),
      choices.map(([value, text]) => h("option", { value }, cut(text, 200))));
    select.value = schema.default ?? "";
    return { element: field(label, select, hint), value: () => select.value === "" ? undefined : select.value };
  }
  if (schema.type === "number" || schema.type === "integer") {
    const step = schema.type === "integer" ? "1" : "any";
    const input = h("input", { type: "number", step, min: schema.minimum, max: schema.maximum, required: isRequired, value: schema.default });
    return { element: field(label, input, hint), value: () => input.value === "" ? undefined : Number(input.value) };
  }
  const text = h("textarea", { rows: "2", required: isRequired, dir: "auto" }, schema.default);
  return { element: field(label, text, hint), value: () => text.value === "" && !isRequired ? undefined : text.value };
}

/** The values that can be chosen, and what is shown for them. */
function choicesOf(schema) {
  const titled = schema.oneOf ?? schema.anyOf;
  return titled ? titled.map(choice => [choice.const, choice.title ?? choice.const])
    : (schema.enum ?? []).map((value, index) => [value, schema.enumNames?.[index] ?? value]);
}
