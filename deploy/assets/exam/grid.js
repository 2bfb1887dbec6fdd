// The numbers of the questions with what is known of each: colour, sign and words.

import { h, fill, part } from "./dom.js";
import { isGiven, shortForm } from "./items.js";

/**
 * @typedef {import("./types.js").Item} Item
 * @typedef {import("./types.js").Answer} Answer
 * @typedef {{ answered: number, marked: number, blank: number }} Counts
 */

/** @param {Item} item */
const asks = (item) => item.interactions.length > 0;

/** A marked question that is answered counts as both answered and marked. @param {Item[]} items @param {(position: number) => Answer | undefined} answer @returns {Counts} */
export function countAnswers(items, answer) {
  const counts = { answered: 0, marked: 0, blank: 0 };
  for (const item of items.filter(asks)) {
    const given = answer(item.position);
    counts[isGiven(given?.value) ? "answered" : "blank"] += 1;
    if (given?.marked) counts.marked += 1;
  }
  return counts;
}

/**
 * @param {object} parts
 * @param {Item[]} parts.items
 * @param {import("./types.js").Section[]} parts.sections
 * @param {import("./types.js").Words} parts.words
 * @param {(position: number) => Answer | undefined} parts.answer
 * @param {(position: number) => void} parts.onGo
 */
export function createGrid({ items, sections, words, answer, onGo }) {
  const place = part("kotak-soal");
  /** @type {Map<number, HTMLButtonElement>} */
  const boxes = new Map();
  /** @param {Item} item @param {HTMLElement} list */
  function add(item, list) {
    const box = h("button", { type: "button", class: "grid-box" }, h("span", { class: "grid-number" }, String(item.position)), h("span", { class: "grid-sign" }));
    box.addEventListener("click", () => onGo(item.position));
    boxes.set(item.position, box);
    list.append(h("li", {}, box));
  }
  for (const [index, section] of (sections.length ? sections : [{ name: "", first: 1, last: items.length }]).entries()) {
    const list = h("ol", { class: "grid-list", start: section.first });
    for (const item of items.slice(section.first - 1, section.last)) add(item, list);
    const title = section.name && sections.length > 1 ? [h("h3", { class: "grid-section" }, section.name || fill(words.section, { n: index + 1 }))] : [];
    place.append(...title, list);
  }

  /** @param {Item} item @param {number} current */
  function show(item, current) {
    const box = boxes.get(item.position);
    if (!box) return;
    const given = answer(item.position);
    const sign = shortForm(item, given?.value);
    const state = !asks(item) ? "read" : given?.marked ? "marked" : sign ? "answered" : "blank";
    box.dataset.state = state;
    box.toggleAttribute("aria-current", item.position === current);
    if (item.position === current) box.setAttribute("aria-current", "true");
    const shown = state === "read" ? "i" : given?.marked ? `${sign === "✓" ? "" : sign}?` : sign;
    if (box.lastElementChild) box.lastElementChild.textContent = shown;
    const told = [words[`state_${state}`], ...(state === "marked" ? [sign ? words.state_answered : words.state_blank] : [])].join(", ");
    box.setAttribute("aria-label", fill(words.box, { n: item.position, state: told }));
  }

  return {
    /** Questions that have come since. */
    grow() {
      const list = place.querySelector("ol");
      for (const item of items) if (list && !boxes.has(item.position)) add(item, list);
    },
    /** @param {number} current */
    showAll(current) {
      for (const item of items) show(item, current);
      const counts = countAnswers(items, answer);
      part("jumlah-dijawab").textContent = String(counts.answered);
      part("jumlah-ragu").textContent = String(counts.marked);
      part("jumlah-kosong").textContent = String(counts.blank);
    },
    /** @param {(position: number) => boolean} isOpen */
    lock(isOpen) {
      for (const [position, box] of boxes) box.disabled = !isOpen(position);
    },
  };
}
