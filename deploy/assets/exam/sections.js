// Sections taken one after the other: the server says which is open and until when; what was left does not come back.
// Without network the next one is entered here first, and the server hears of it when answers arrive.

import { Refusal } from "./api.js";
import { countdown } from "./clock.js";
import { fill, part } from "./dom.js";

/** How long the last answers of a section may take to arrive before it is left, well inside the server's grace. */
const SENDING = 3500;
const AGAIN = 4000;

/**
 * @typedef {import("./types.js").OpenSection} OpenSection
 * @typedef {import("./types.js").State} State
 */

/**
 * @param {object} parts
 * @param {import("./types.js").Paper} parts.paper
 * @param {import("./types.js").Words} parts.words
 * @param {import("./api.js").Api} parts.api
 * @param {import("./clock.js").Clock} parts.clock
 * @param {import("./outbox.js").Outbox} parts.outbox
 * @param {OpenSection} parts.start
 * @param {(number | null)[]} parts.seconds how long each section takes, null without a time of its own
 * @param {() => string} parts.lease
 * @param {() => boolean} parts.isRunning
 * @param {() => void} parts.hurry
 * @param {() => Promise<void>} parts.keep
 * @param {(section: OpenSection) => void} parts.onOpen another section is open, or the same one for longer
 * @param {() => void} parts.onOver the time of the last section is over
 * @param {(refusal: Refusal) => void} parts.onEnd
 * @param {(text: string) => void} parts.say
 */
export function createSections({ paper, words, api, clock, outbox, start, seconds, lease, isRunning, hurry, keep, onOpen, onOver, onEnd, say }) {
  let open = start;
  let isOver = false;
  let isLeaving = false;
  let isTelling = false;
  let isKnown = true; // whether the server knows that the present section was entered
  let left = Infinity;
  const dialog = /** @type {HTMLDialogElement} */ (part("tinggalkan"));
  const name = (/** @type {number} */ number) => paper.sections[number]?.name || fill(words.section, { n: number + 1 });
  const hasNext = () => open.number + 1 < paper.sections.length;
  const waiting = () => outbox.pending().filter(({ position }) => position < (paper.sections[open.number + 1]?.first ?? Infinity));

  /** @param {OpenSection} told */
  function show(told) {
    const isNew = told.number !== open.number;
    open = told;
    if (isNew) {
      left = Infinity;
      if (isOver) turn(false); // the one whose time was over is left
    }
    onOpen(open);
    if (isNew) say(fill(words.section_open, { name: name(open.number) }));
  }

  /** The clock of the section. @param {boolean} stands @returns {boolean} whether nothing may be answered now */
  function tick(stands) {
    const end = Date.parse(open.deadline ?? "");
    part("jam-bagian").hidden = Number.isNaN(end);
    if (Number.isNaN(end)) return isLeaving;
    const rest = stands ? (open.remaining ?? 0) : (end - clock.now()) / 1000;
    if (Number.isNaN(rest)) return isOver;
    part("sisa-bagian").textContent = countdown(rest);
    part("jam-bagian").dataset.near = rest <= 60 ? "5" : rest <= 300 ? "10" : "";
    if (left > 300 && rest <= 300 && left !== Infinity) say(words.section_5);
    left = rest;
    const over = rest <= 0 && !stands;
    if (over !== isOver) turn(over);
    return over || isLeaving;
  }

  /** @param {boolean} over */
  function turn(over) {
    isOver = over;
    part("bagian-habis").hidden = !over;
    part("bagian-habis").textContent = over ? fill(hasNext() ? words.section_over : words.section_last_over, { name: name(open.number) }) : "";
    if (!over) return;
    if (dialog.open) dialog.close();
    if (hasNext()) void leave();
    else void keep().then(onOver);
  }

  /** Send what is left of this section, then enter the next one; without network the server is told later. */
  async function leave() {
    if (isLeaving || !hasNext() || !isRunning()) return;
    isLeaving = true;
    try {
      await keep();
      const until = performance.now() + SENDING;
      for (hurry(); waiting().length && performance.now() < until; ) await new Promise((resolve) => setTimeout(resolve, 100));
      if (!waiting().length) show((await api.section(lease(), open.number + 1)).section);
      else enterHere();
    } catch (error) {
      if (!(error instanceof Refusal)) enterHere();
      else if (error.code === "attempt-paused") say(error.message);
      else onEnd(error);
    } finally {
      isLeaving = false;
      onOpen(open); // at once: what is pressed now belongs to the new section
      if (isOver) turnAgain();
    }
  }

  /** As the server will see it: the next one begins when this one was left, at the latest when its time was over. */
  function enterHere() {
    const number = open.number + 1;
    const length = seconds[number];
    const end = Date.parse(open.deadline ?? "");
    const entered = Number.isNaN(end) ? clock.now() : Math.min(clock.now(), end);
    const deadline = length === null || length === undefined ? null : new Date(entered + length * 1000).toISOString();
    isKnown = false;
    show({ number, from: paper.sections[number].first, to: paper.sections[number].last, deadline, remaining: length ?? null });
  }

  function turnAgain() {
    setTimeout(() => isOver && hasNext() && void leave(), AGAIN);
  }

  /** What the server says of the section; a save tells only which one and until when. @param {{ number: number, deadline: string | null, from?: number } | undefined} told */
  function take(told) {
    if (!told) return;
    if (told.number < open.number) return void tell();
    isKnown = true;
    if (told.number === open.number) show({ ...open, ...told, from: Math.max(told.from ?? 0, open.from) });
    else if (told.from) show(/** @type {OpenSection} */ (told));
  }

  /** The network is back: once the answers of earlier sections are there, so is the entry. */
  async function tell() {
    if (isKnown || isLeaving || isTelling || outbox.pending().some(({ position }) => position < open.from)) return;
    isTelling = true; // work goes on meanwhile
    try {
      take((await api.section(lease(), open.number)).section);
    } catch (error) {
      if (error instanceof Refusal && error.code !== "attempt-paused") onEnd(error);
    } finally {
      isTelling = false;
    }
  }

  /** Ask before a section is left for good. */
  function ask() {
    const { first, last } = paper.sections[open.number];
    const blank = paper.items.slice(first - 1, last).filter((item) => item.interactions.length && !hasAnswer(item.position)).length;
    part("tinggalkan-judul").textContent = fill(words.leave_title, { name: name(open.number) });
    part("tinggalkan-kosong").textContent = blank ? fill(words.leave_blank, { n: blank }) : "";
    if (!dialog.open) dialog.showModal();
  }

  /** @param {number} position */
  function hasAnswer(position) {
    const value = outbox.get(position)?.value;
    return value !== undefined && (Array.isArray(value) ? value.length > 0 : Object.values(value).some((given) => given.length > 0));
  }

  part("tinggalkan-tidak").addEventListener("click", () => dialog.close());
  part("tinggalkan-ya").addEventListener("click", () => {
    dialog.close();
    void leave();
  });

  return { ask, take, tick };
}

/** @typedef {ReturnType<typeof createSections>} Sections */
