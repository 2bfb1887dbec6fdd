// A test whose questions are chosen one by one: the answer goes out first, then the next question is asked for.

import { Refusal, Unreachable } from "./api.js";
import { fill, part } from "./dom.js";
import { isGiven } from "./items.js";

/**
 * @typedef {import("./types.js").Item} Item
 * @typedef {import("./types.js").Turn} Turn
 */

const AGAIN = 1500;
const LONGEST = 15_000;

/** @param {number} milliseconds */
const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A question that is done: its number and whether it is answered are all that is left of it. @param {number} position @returns {Item} */
function passed(position) {
  return { position, section: 0, body: "", interactions: [{ id: "", kind: "essay", prompt: "" }] };
}

/** Let the paper grow to what the server has given. @param {Item[]} items @param {Turn} turn */
export function grow(items, turn) {
  items.length = Math.min(items.length, turn.given);
  for (let position = 1; position < turn.given; position += 1) items[position - 1] = passed(position);
  if (turn.given) items[turn.given - 1] = turn.item ?? items[turn.given - 1] ?? passed(turn.given);
}

/**
 * @param {object} parts
 * @param {import("./types.js").Paper} parts.paper its items grow
 * @param {import("./types.js").Words} parts.words
 * @param {import("./api.js").Api} parts.api
 * @param {import("./outbox.js").Outbox} parts.outbox
 * @param {() => string} parts.lease
 * @param {() => boolean} parts.isOpen whether the clock runs
 * @param {() => void} parts.hurry send what is waiting
 * @param {() => void} parts.onGrown the paper has grown: keep it
 * @param {(refusal: Refusal) => void} parts.onEnd
 */
export function createAdaptive({ paper, words, api, outbox, lease, isOpen, hurry, onGrown, onEnd }) {
  const note = part("adaptif");
  let over = false;
  let busy = false;

  /** @param {string} text */
  function say(text) {
    note.hidden = !text;
    if (note.textContent !== text) note.textContent = text;
  }

  /** Ask until there is an answer. @param {number} done @returns {Promise<Turn | null>} null: nothing new comes */
  async function ask(done) {
    for (let pause = AGAIN; ; pause = Math.min(LONGEST, pause * 2)) {
      try {
        const turn = await api.next(lease(), done);
        grow(paper.items, turn);
        over = turn.over;
        onGrown();
        return turn;
      } catch (error) {
        if (error instanceof Refusal && error.code !== "adaptive-paused") {
          if (error.code === "adaptive-time-over" || error.code === "adaptive-unanswered") say(error.message);
          else onEnd(error);
          return null;
        }
        if (!(error instanceof Refusal) && !(error instanceof Unreachable)) throw error;
        if (error instanceof Unreachable && !done && paper.items.length) return null;
        say(error instanceof Refusal ? error.message : words.adaptive_offline);
        await rest(pause / 2 + (Math.random() * pause) / 2);
      }
    }
  }

  return {
    isOver: () => over,
    isBusy: () => busy,

    /** The question to answer now, from the server or, without a network, the one kept here. */
    async begin() {
      for (const name of ["sebelumnya", "ragu"]) part(name).hidden = true; // nothing to go back to
      await ask(0);
      say(over ? words.adaptive_over : words.adaptive_rule);
      for (const one of document.querySelectorAll("[data-free]")) one.setAttribute("hidden", "");
      for (const place of document.querySelectorAll(".question-of")) place.textContent = fill(words.adaptive_most, { n: paper.adaptive?.most ?? 0 });
      part("selesai").hidden = !over;
    },

    /**
     * Go on from a question: true when there is another one to show.
     * @param {number} position @param {(waiting: boolean) => void} hold
     */
    async goOn(position, hold) {
      if (busy || over || !isOpen()) return false;
      if (!isGiven(outbox.get(position)?.value)) {
        say(words.adaptive_answer);
        return false;
      }
      busy = true;
      hold(true);
      say(words.adaptive_choosing);
      try {
        while (outbox.pending().length) {
          hurry();
          await rest(80);
          if (outbox.pending().length) say(words.adaptive_offline);
          if (!isOpen()) return false;
        }
        const turn = await ask(position);
        if (turn) say(over ? words.adaptive_over : words.adaptive_rule);
        part("selesai").hidden = !over;
        return turn !== null && turn.item !== null;
      } finally {
        busy = false;
        hold(false);
      }
    },
  };
}

/** @typedef {ReturnType<typeof createAdaptive>} Adaptive */
