// The exam screen: one question, its number among all, buttons and keys. Knows nothing of the network.

import { fill, part } from "./dom.js";
import { attend } from "./gestures.js";
import { createGrid } from "./grid.js";
import { drawItem, givenOf, isGiven, readItem, valueOf } from "./items.js";

/**
 * @typedef {import("./types.js").Item} Item
 * @typedef {import("./types.js").Value} Value
 * @typedef {import("./types.js").Answer} Answer
 */

/** How long typing rests before it is kept. */
const TYPING = 900;

/**
 * @param {object} parts
 * @param {import("./types.js").Paper} parts.paper
 * @param {import("./types.js").Words} parts.words
 * @param {number} parts.start
 * @param {(position: number) => Answer | undefined} parts.answer
 * @param {(position: number, value: Value, marked: boolean) => Promise<void>} parts.onChange
 * @param {(position: number, seconds: number) => void} parts.onLeave
 * @param {(position: number) => void} parts.onGo
 * @param {() => void} parts.onFinish
 * @param {() => void} parts.onSectionEnd the last question of a section that others follow
 */
export function createScreen({ paper, words, start, answer, onChange, onLeave, onGo, onFinish, onSectionEnd }) {
  const { items } = paper;
  const forward = paper.navigation === "forward" || Boolean(paper.adaptive);
  const holder = part("isi-soal");
  const previous = /** @type {HTMLButtonElement} */ (part("sebelumnya"));
  const next = /** @type {HTMLButtonElement} */ (part("lanjut"));
  const doubt = /** @type {HTMLButtonElement} */ (part("ragu"));
  const grid = createGrid({ items, sections: paper.adaptive ? [] : paper.sections, words, answer, onGo: (position) => go(position) });
  let current = Math.min(Math.max(1, start), items.length);
  let since = performance.now();
  let locked = false;
  /** @type {{ first: number, last: number }} */
  let open = { first: 1, last: items.length };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;

  /** @param {number} position */
  const isOpen = (position) => position >= open.first && position <= open.last && !(forward && position < current);
  const item = () => items[current - 1];

  function draw() {
    const { position, interactions, section } = item();
    const given = answer(position);
    const body = drawItem(item(), givenOf(item(), given?.value), words);
    body.lang = paper.language;
    attend(body, item(), (isTyping) => (isTyping ? later() : void keep()));
    holder.replaceChildren(body);
    holder.inert = locked;
    part("nomor-soal").textContent = String(position);
    part("bagian-soal").textContent = paper.sections.length > 1 ? (paper.sections[section]?.name ?? "") : "";
    previous.disabled = locked || !isOpen(position - 1);
    next.textContent = position !== open.last || paper.adaptive ? words.next : open.last < items.length ? words.next_section : words.last;
    next.disabled = locked;
    doubt.disabled = locked || !interactions.length;
    part("kosongkan").hidden = !interactions.length;
    showState();
  }

  function showState() {
    const given = answer(current);
    doubt.setAttribute("aria-pressed", String(Boolean(given?.marked)));
    /** @type {HTMLButtonElement} */ (part("kosongkan")).disabled = locked || !isGiven(given?.value);
    grid.showAll(current);
    grid.lock(isOpen);
  }

  function later() {
    clearTimeout(typing);
    typing = setTimeout(() => void keep(), TYPING);
  }

  /** Keep what is on the screen. @param {boolean} marked */
  async function keep(marked = answer(current)?.marked ?? false) {
    clearTimeout(typing);
    if (locked || !item().interactions.length) return;
    const value = valueOf(item(), readItem(holder, item()));
    if (!answer(current) && !isGiven(value) && !marked) return;
    await onChange(current, value, marked);
    showState();
  }

  /** @param {number} position */
  function go(position) {
    if (position < 1 || position > items.length || !isOpen(position)) return;
    void keep();
    show(position);
  }

  /** @param {number} position */
  function show(position) {
    onLeave(current, Math.round((performance.now() - since) / 1000));
    since = performance.now();
    current = position;
    draw();
    onGo(position);
    part("judul-soal").focus({ preventScroll: true });
    part("kerja").scrollIntoView({ block: "start" });
  }

  function clear() {
    clearTimeout(typing);
    void onChange(current, item().interactions.length === 1 ? [] : {}, answer(current)?.marked ?? false).then(draw);
  }

  previous.addEventListener("click", () => go(current - 1));
  next.addEventListener("click", () => {
    void keep();
    if (current === open.last && open.last < items.length) onSectionEnd();
    else if (current === open.last) onFinish();
    else go(current + 1);
  });
  doubt.addEventListener("click", () => void keep(!answer(current)?.marked));
  part("kosongkan").addEventListener("click", clear);
  holder.addEventListener("focusout", () => typing !== undefined && void keep());
  holder.closest("form")?.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => press(event));

  /** A–E choose, arrows turn the page, R marks; not while writing, and not where the candidate has turned keys off. @param {KeyboardEvent} event */
  function press(event) {
    const target = /** @type {Element} */ (event.target);
    const writes = target.matches('select, textarea, input:not([type="radio"], [type="checkbox"])');
    const on = /** @type {HTMLInputElement} */ (part("pintasan")).checked;
    if (!on || writes || locked || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || part("kerja").hidden) return;
    if (event.key === "ArrowLeft") go(current - 1);
    else if (event.key === "ArrowRight") go(current + 1);
    else if (event.key.toLowerCase() === "r") doubt.click();
    else if (!choose(event.key.toUpperCase())) return;
    event.preventDefault();
  }

  /** @param {string} key */
  function choose(key) {
    const [first] = item().interactions;
    if (key.length !== 1 || item().interactions.length !== 1 || (first.kind !== "choice" && first.kind !== "hotspot")) return false;
    const options = /** @type {NodeListOf<HTMLInputElement>} */ (holder.querySelectorAll(".choice input"));
    const option = options[key.charCodeAt(0) - 65];
    option?.focus();
    option?.click();
    return Boolean(option);
  }

  return {
    draw,
    go,
    keep,
    isOpen,
    position: () => current,
    /** @param {boolean} yes */
    lock(yes) {
      if (locked === yes) return;
      locked = yes;
      draw();
    },
    /** Only these positions may be worked on. @param {number} first @param {number} last */
    limit(first, last) {
      if (paper.adaptive) return false;
      if (open.first === first && open.last === last) return false;
      const isOther = open.last !== last || current < first;
      open = { first, last };
      if (current < first || current > last) {
        void keep();
        current = first;
        onGo(current);
      }
      if (isOther) draw();
      else showState(); // what is being typed stays as it is
      return true;
    },
    /** The paper has grown: go to its newest question. */
    grow() {
      open = { first: 1, last: items.length };
      grid.grow();
      show(items.length);
    },
    /** @param {string} text */
    announce(text) {
      part("suara").textContent = text;
    },
    /** @param {number} position */
    name: (position) => fill(words.question, { n: position }),
  };
}

/** @typedef {ReturnType<typeof createScreen>} Screen */
