// Small helpers to make and find elements.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | null | undefined>} attributes false, null and undefined leave one out
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : String(value));
  element.append(...children);
  return element;
}

/** Markup that the server has cleaned. @param {string} html */
export function rich(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** @param {string} html */
export const plain = (html) => (rich(html).textContent ?? "").replace(/\s+/g, " ").trim();

/** The element with this id, which the page's template holds. @param {string} id */
export function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id}`);
  return found;
}

/** Fill `%(name)s` in a sentence. @param {string} sentence @param {Record<string, string | number>} values */
export function fill(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (_, name) => String(values[name] ?? ""));
}

/** `1250` as `1.250`. @param {number} value */
export const figure = (value) => value.toLocaleString(document.documentElement.lang || "id");
