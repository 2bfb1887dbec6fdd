// Draws one item, the same markup as templates/exam/item.html, and reads what is given.

import { fill, h, plain, rich } from "./dom.js";

/**
 * @typedef {import("./types.js").Interaction} Interaction
 * @typedef {import("./types.js").Item} Item
 * @typedef {import("./types.js").Given} Given
 * @typedef {import("./types.js").Value} Value
 * @typedef {import("./types.js").Words} Words
 * @typedef {{ one: Interaction, index: number, given: string[], words: Words, alone: boolean }} Place
 */

const SVG = "http://www.w3.org/2000/svg";
const MOST_POINTS = 6;
const RICH = /<(img|math|audio|table)\b/;
/** What the server keeps of one text: 64 KB where it is the whole answer, 16 KB beside others. */
const ESSAY_LETTERS = { alone: 30_000, beside: 6000 };

/** A, B, … Z, AA. @param {number} index @returns {string} */
export function letter(index) {
  return (index >= 26 ? letter(Math.floor(index / 26) - 1) : "") + String.fromCharCode(65 + (index % 26));
}

/** @param {Item} item @param {Value | undefined} value @returns {Given} */
export function givenOf(item, value) {
  if (!value) return {};
  return Array.isArray(value) ? { [item.interactions[0]?.id ?? ""]: value } : value;
}

/** The form in which a value is stored: a list for one interaction, lists by name for several, nothing where blank. @param {Item} item @param {Given} given @returns {Value} */
export function valueOf(item, given) {
  if (item.interactions.length === 1) return given[item.interactions[0].id] ?? [];
  return Object.fromEntries(item.interactions.flatMap(({ id }) => (given[id]?.length ? [[id, given[id]]] : [])));
}

/** Whether anything is given. @param {Value | undefined} value @returns {boolean} */
export function isGiven(value) {
  if (!value) return false;
  return Array.isArray(value) ? value.some((text) => text.trim() !== "") : Object.values(value).some((list) => isGiven(list));
}

/** What stands in the box of the grid: the letters of what is chosen, else a tick. @param {Item} item @param {Value | undefined} value */
export function shortForm(item, value) {
  if (!isGiven(value)) return "";
  const [first] = item.interactions;
  if (item.interactions.length !== 1 || first.kind !== "choice") return "✓";
  const order = (first.choices ?? []).map((choice) => choice.id);
  const chosen = givenOf(item, value)[first.id] ?? [];
  const letters = chosen.map((id) => order.indexOf(id)).sort((a, b) => a - b).map(letter).join("");
  return letters.length > 2 ? "✓" : letters;
}

/** @param {Item} item @param {Given} given @param {Words} words */
export function drawItem(item, given, words) {
  const body = h("div", { class: "item-body" }, rich(item.body));
  item.interactions.forEach((one, index) => {
    const drawn = DRAW[one.kind]({ one, index, given: given[one.id] ?? [], words, alone: item.interactions.length === 1 });
    const place = [...body.querySelectorAll("[data-response]")].find((element) => element.getAttribute("data-response") === one.id);
    if (place) place.replaceChildren(drawn);
    else body.append(h("div", { "data-response": one.id }, drawn));
  });
  for (const image of body.querySelectorAll("img")) image.loading = "lazy";
  for (const sound of body.querySelectorAll("audio")) sound.controls = true;
  return body;
}

/** @type {Record<Interaction["kind"], (place: Place) => HTMLElement>} */
const DRAW = { choice, order, match, inline_choice: inlineChoice, text_entry: textEntry, essay, hotspot, slider };

/** @param {Place} place @param {string} kind @param {string} title @param {string} hint @param {HTMLElement[]} children */
function group({ one, index }, kind, title, hint, ...children) {
  const legend = one.prompt ? h("legend", { class: "item-prompt" }, rich(one.prompt)) : h("legend", { class: "visually-hidden" }, title);
  return h("fieldset", { class: `answer ${kind}`, "data-kind": one.kind, "data-index": index }, legend, ...(hint ? [h("p", { class: "item-hint" }, hint)] : []), ...children);
}

/** @param {Interaction} one @param {Words} words */
function chooseHint(one, words) {
  const most = one.most ?? 0;
  if (most === 1) return "";
  const least = one.least ?? 0;
  if (most === 0) return least > 0 ? fill(words.choose_least, { n: least }) : words.choose_any;
  return least === most ? fill(words.choose_exactly, { n: most }) : fill(words.choose_most, { n: most });
}

/** @param {string} name @param {string} type @param {string} value @param {boolean} checked @param {string} sign @param {Node | string} text */
function option(name, type, value, checked, sign, text) {
  const input = h("input", { type, name, value, checked });
  return h("label", { class: "choice" }, input, h("span", { class: "choice-letter" }, sign), h("span", { class: "choice-text" }, text));
}

/** @param {Place} place */
function choice(place) {
  const { one, index, given, words } = place;
  const type = one.most === 1 ? "radio" : "checkbox";
  const rows = (one.choices ?? []).map(({ id, html }, at) => option(`jawaban-${index}`, type, id, given.includes(id), letter(at), rich(html)));
  return group(place, "choices", words.choose_title, chooseHint(one, words), ...rows);
}

/** @param {Place} place */
function order(place) {
  const { one, index, given, words } = place;
  const all = one.choices ?? [];
  const rest = all.filter(({ id }) => !given.includes(id));
  const shown = [...given.flatMap((id) => all.filter((entry) => entry.id === id)), ...rest];
  const rows = shown.map(({ id, html }) => {
    const text = plain(html);
    return h("li", { class: "order-row" },
      h("input", { type: "hidden", name: `jawaban-${index}`, value: id }),
      h("span", { class: "choice-text" }, rich(html)),
      h("span", { class: "order-buttons" },
        h("button", { type: "submit", class: "exam-btn exam-btn-small", name: "geser", value: `${index}:${id}:naik`, "aria-label": fill(words.move_up, { text }) }, "↑"),
        h("button", { type: "submit", class: "exam-btn exam-btn-small", name: "geser", value: `${index}:${id}:turun`, "aria-label": fill(words.move_down, { text }) }, "↓")));
  });
  const hint = one.most ? fill(words.order_most, { n: one.most }) : words.order_all;
  const use = h("label", { class: "order-use" }, h("input", { type: "checkbox", name: `pakai-${index}`, value: "ya", checked: given.length > 0 }), h("span", {}, words.order_use));
  return group(place, "ordering", words.order_title, hint, h("ol", { class: "order-list" }, ...rows), use);
}

/** @param {Place} place */
function match(place) {
  const { one, index, given, words } = place;
  const sources = one.sources ?? [];
  const targets = one.targets ?? [];
  const lists = sources.every(({ most }) => most === 1) && !targets.some(({ html }) => RICH.test(html));
  const rows = sources.map((source, at) => {
    const others = targets.filter((target) => target.id !== source.id);
    const head = h("div", { class: "match-source", id: `sumber-${index}-${at}` }, rich(source.html));
    const name = `jawaban-${index}-${at}`;
    if (lists) {
      const options = others.map((target) => h("option", { value: `${source.id} ${target.id}`, selected: given.includes(`${source.id} ${target.id}`) }, plain(target.html)));
      return h("div", { class: "match-row" }, head, h("select", { class: "exam-select", name, "aria-labelledby": `sumber-${index}-${at}` }, h("option", { value: "" }, words.match_none), ...options));
    }
    const type = source.most === 1 ? "radio" : "checkbox";
    const choices = others.map((target, number) => option(name, type, `${source.id} ${target.id}`, given.includes(`${source.id} ${target.id}`), letter(number), rich(target.html)));
    return h("div", { class: "match-row match-many", role: "group", "aria-labelledby": `sumber-${index}-${at}` }, head, h("div", { class: "match-targets" }, ...choices));
  });
  return group(place, "matching", words.match_title, one.most ? fill(words.match_most, { n: one.most }) : "", ...rows);
}

/** @param {Place} place */
function inlineChoice({ one, index, given, words }) {
  const options = (one.choices ?? []).map(({ id, html }) => h("option", { value: id, selected: given.includes(id) }, plain(html)));
  return h("span", { class: "answer inline-answer", "data-kind": one.kind, "data-index": index },
    h("select", { class: "exam-select", name: `jawaban-${index}`, "aria-label": plain(one.prompt) || fill(words.blank, { n: index + 1 }) }, h("option", { value: "" }, words.inline_none), ...options));
}

/** @param {Place} place */
function textEntry({ one, index, given, words }) {
  const input = h("input", {
    type: "text", class: "exam-input", name: `jawaban-${index}`, value: given[0] ?? "", size: Math.min(40, Math.max(4, one.expected_length ?? 20)), maxlength: 1000,
    inputmode: one.numeric ? "decimal" : null, autocomplete: "off", spellcheck: "false", "aria-label": plain(one.prompt) || fill(words.blank, { n: index + 1 }),
  });
  const unit = one.unit ? [h("span", { class: "answer-unit" }, one.unit)] : [];
  return h("span", { class: "answer inline-answer", "data-kind": one.kind, "data-index": index }, input, ...unit);
}

/** @param {string} text */
export const countWords = (text) => (text.trim() ? text.trim().split(/\s+/).length : 0);

/** @param {Place} place */
function essay({ one, index, given, words, alone }) {
  const text = given[0] ?? "";
  const label = h("label", { class: one.prompt ? "item-prompt" : "visually-hidden", for: `esai-${index}` }, one.prompt ? rich(one.prompt) : words.essay_title);
  const area = h("textarea", { class: "exam-input", id: `esai-${index}`, name: `jawaban-${index}`, rows: Math.min(30, Math.max(4, one.expected_lines ?? 10)), maxlength: ESSAY_LETTERS[alone ? "alone" : "beside"], "aria-describedby": `kata-${index}` });
  area.value = text;
  const most = one.most_words ? ` ${fill(words.words_most, { n: one.most_words })}` : "";
  const count = h("p", { class: "item-hint", id: `kata-${index}` }, h("span", { class: "word-count" }, String(countWords(text))), ` ${words.words}${most}`);
  return h("div", { class: "answer essay", "data-kind": one.kind, "data-index": index }, label, area, count);
}

/** @param {string} tag @param {Record<string, string | number | undefined>} attributes */
function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** @param {Spot} spot @param {string} sign @param {boolean} chosen @typedef {import("./types.js").Spot} Spot */
function drawSpot({ id, area }, sign, chosen) {
  const group = svg("g", { class: chosen ? "spot is-chosen" : "spot", "data-spot": id });
  const { tag, attributes, centre } = shapeOf(area);
  const text = svg("text", { x: centre[0], y: centre[1] });
  text.textContent = sign;
  group.append(svg(tag, attributes), text);
  return group;
}

/** @param {Spot["area"]} area @returns {{ tag: string, attributes: Record<string, number | string>, centre: number[] }} */
function shapeOf({ shape, coords }) {
  const [a = 0, b = 0, c = 0, d = 0] = coords;
  if (shape === "rect") return { tag: "rect", attributes: { x: a, y: b, width: c - a, height: d - b }, centre: [(a + c) / 2, (b + d) / 2] };
  if (shape === "circle") return { tag: "circle", attributes: { cx: a, cy: b, r: c }, centre: [a, b] };
  if (shape === "ellipse") return { tag: "ellipse", attributes: { cx: a, cy: b, rx: c, ry: d }, centre: [a, b] };
  const xs = coords.filter((_, at) => at % 2 === 0);
  const ys = coords.filter((_, at) => at % 2 === 1);
  const mean = (/** @type {number[]} */ list) => list.reduce((sum, value) => sum + value, 0) / Math.max(1, list.length);
  return { tag: "polygon", attributes: { points: coords.join(" ") }, centre: [mean(xs), mean(ys)] };
}

/** @param {Place} place */
function hotspot(place) {
  const { one, index, given, words } = place;
  const marks = svg("g", { class: "hotspot-marks" });
  const size = { width: one.width, height: one.height };
  const image = svg("image", { href: one.image, ...size, preserveAspectRatio: "none" });
  const whole = svg("svg", { class: "hotspot-picture", viewBox: `0 0 ${one.width} ${one.height}`, ...size, role: "img", "aria-label": one.alt || words.hotspot_title });
  whole.append(image, marks);
  const spots = one.spots ?? [];
  marks.append(...spots.map((spot, at) => drawSpot(spot, letter(at), given.includes(spot.id))));
  const picture = h("div", {}, whole);
  if (!spots.length) return group(place, "pointing", words.point_title, fill(words.point_hint, { n: one.most || MOST_POINTS }), picture, points(place, marks));
  const type = one.most === 1 ? "radio" : "checkbox";
  const rows = spots.map((spot, at) => option(`jawaban-${index}`, type, spot.id, given.includes(spot.id), letter(at), spot.label || fill(words.spot, { letter: letter(at) })));
  return group(place, "hotspot", words.hotspot_title, chooseHint(one, words), picture, h("div", { class: "hotspot-list" }, ...rows));
}

/** Rows of two numbers, so that a point can be given without a mouse. @param {Place} place @param {Element} marks */
function points({ one, index, given, words }, marks) {
  const rows = Array.from({ length: Math.min(MOST_POINTS, one.most || MOST_POINTS) }, (_, at) => {
    const [x = "", y = ""] = (given[at] ?? "").split(" ");
    if (x !== "") marks.append(pointMark(Number(x), Number(y), at));
    const box = (/** @type {string} */ axis, /** @type {string} */ value, /** @type {number | undefined} */ top) =>
      h("input", { type: "number", class: "exam-input", name: `titik-${index}-${at}-${axis}`, value, min: 0, max: top, step: "any", "aria-label": fill(words[`point_${axis}`], { n: at + 1 }) });
    return h("p", { class: "point-row" }, h("span", { class: "choice-letter", "aria-hidden": "true" }, String(at + 1)), box("x", x, one.width), box("y", y, one.height));
  });
  return h("div", { class: "points" }, ...rows);
}

/** @param {number} x @param {number} y @param {number} at */
export function pointMark(x, y, at) {
  return drawSpot({ id: String(at), label: "", area: { shape: "circle", coords: [x, y, 12] } }, String(at + 1), true);
}

/** @param {Place} place */
function slider(place) {
  const { one, index, given, words } = place;
  const scale = { min: one.lower, max: one.upper, step: one.step ?? 1 };
  const box = h("input", { type: "number", class: "exam-input", name: `jawaban-${index}`, value: given[0] ?? "", ...scale, inputmode: "decimal", "aria-label": words.slider_title });
  const middle = ((one.lower ?? 0) + (one.upper ?? 0)) / 2;
  const range = h("input", { type: "range", class: "slider-range", value: given[0] ?? middle, ...scale, "aria-label": words.slider_title });
  const line = h("p", { class: "slider-line" }, h("span", { class: "slider-end" }, String(one.lower)), range, h("span", { class: "slider-end" }, String(one.upper)));
  return group(place, "sliding", words.slider_title, words.slider_hint, line, box);
}

/** Read every interaction of a drawn item. @param {ParentNode} root @param {Item} item @returns {Given} */
export function readItem(root, item) {
  /** @type {Given} */
  const given = {};
  item.interactions.forEach((one, index) => {
    const place = root.querySelector(`.answer[data-index="${index}"]`);
    if (place) given[one.id] = readPlace(place, one, index);
  });
  return given;
}

/** @param {Element} place @param {Interaction} one @param {number} index @returns {string[]} */
function readPlace(place, one, index) {
  if (one.kind === "order") return readOrder(place, one, index);
  if (one.kind === "hotspot" && !one.spots?.length) return readPoints(place);
  const controls = [.../** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll("[name]"))];
  return controls.flatMap((control) => {
    if (control.type === "radio" || control.type === "checkbox") return control.checked ? [control.value] : [];
    const text = control.tagName === "TEXTAREA" ? control.value : control.value.trim();
    return text.trim() === "" ? [] : [text];
  });
}

/** @param {Element} place @param {Interaction} one @param {number} index */
function readOrder(place, one, index) {
  const use = /** @type {HTMLInputElement | null} */ (place.querySelector(`[name="pakai-${index}"]`));
  if (!use?.checked) return [];
  const rows = [.../** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll(`[name="jawaban-${index}"]`))].map((row) => row.value);
  return one.most ? rows.slice(0, one.most) : rows;
}

/** @param {Element} place */
function readPoints(place) {
  return [...place.querySelectorAll(".point-row")].flatMap((row) => {
    const [x, y] = [...row.querySelectorAll("input")].map((input) => input.value.trim());
    return x === "" || y === "" ? [] : [`${Math.round(Number(x))} ${Math.round(Number(y))}`];
  });
}
