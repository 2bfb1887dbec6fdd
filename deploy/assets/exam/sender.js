// Sends what the outbox holds: in batches, one request at a time, again and again with growing pauses until it is there.

import { Refusal, Unreachable } from "./api.js";

/**
 * @typedef {import("./types.js").Answer} Answer
 * @typedef {import("./types.js").Saved} Saved
 */

const BATCH = 40;
const BATCH_LETTERS = 150_000;
const KEEPALIVE_LETTERS = 50_000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 20_000;

/** Seconds to wait after so many failures: doubling, at most 20 s, half of it by chance. @param {number} failures @param {() => number} random */
export function pauseAfter(failures, random = Math.random) {
  const full = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1));
  return full / 2 + (full / 2) * random();
}

/** As many answers as one request takes. @param {Answer[]} pending @param {number} letters */
export function batchOf(pending, letters = BATCH_LETTERS) {
  let size = 0;
  return pending.slice(0, BATCH).filter((answer, index) => (size += JSON.stringify(answer.value).length + 80) <= letters || index === 0);
}

/**
 * @param {object} parts
 * @param {import("./api.js").Api} parts.api
 * @param {import("./outbox.js").Outbox} parts.outbox
 * @param {() => string} parts.lease
 * @param {(saved: Saved) => void} parts.onSaved
 * @param {(trouble: "waiting" | "offline") => void} parts.onTrouble
 * @param {(refusal: Refusal) => void} parts.onEnd the server will not take any more from here
 * @param {(answer: Answer, refusal: Refusal) => void} parts.onRejected one answer it cannot read
 */
export function createSender({ api, outbox, lease, onSaved, onTrouble, onEnd, onRejected }) {
  let failures = 0;
  let busy = false;
  let stopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Set<string>} */
  const rejected = new Set();
  /** @param {Answer} answer */
  const key = (answer) => `${answer.position}:${answer.revision}`;
  const waiting = () => outbox.pending().filter((answer) => !rejected.has(key(answer)));

  async function work() {
    while (!stopped && lease() && waiting().length) {
      const batch = batchOf(waiting());
      onTrouble("waiting");
      try {
        const saved = await api.save(lease(), batch.map(wire));
        failures = 0;
        await outbox.acknowledge(saved.saved);
        onSaved(saved);
      } catch (error) {
        if (error instanceof Unreachable) return later(error);
        if (!(error instanceof Refusal)) throw error;
        await settle(error, batch);
      }
    }
  }

  /** @param {Unreachable} error */
  function later(error) {
    failures += 1;
    onTrouble("offline");
    timer = setTimeout(kick, Math.max(pauseAfter(failures), error.wait * 1000));
  }

  /** @param {Refusal} refusal @param {Answer[]} batch */
  async function settle(refusal, batch) {
    if (refusal.code === "stale-revision") {
      await outbox.acknowledge(refusal.body.saved ?? []);
      return outbox.raise(refusal.body.stored ?? []);
    }
    if (refusal.status !== 422 && refusal.status !== 413 && refusal.status !== 400) {
      stopped = true;
      return onEnd(refusal);
    }
    if (batch.length === 1) return reject(batch[0], refusal);
    for (const answer of batch) await alone(answer); // one bad answer must not hold up the others
  }

  /** @param {Answer} answer */
  async function alone(answer) {
    try {
      const saved = await api.save(lease(), [wire(answer)]);
      await outbox.acknowledge(saved.saved);
      onSaved(saved);
    } catch (error) {
      if (error instanceof Refusal && error.status === 422) reject(answer, error);
    }
  }

  /** @param {Answer} answer @param {Refusal} refusal */
  function reject(answer, refusal) {
    rejected.add(key(answer));
    onRejected(answer, refusal);
  }

  async function kick() {
    clearTimeout(timer);
    if (busy || stopped) return;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
  }

  return {
    kick,
    /** Try at once when the network is back. */
    hurry() {
      failures = 0;
      void kick();
    },
    resume() {
      stopped = false;
      void kick();
    },
    /** The page is going away: hand a last batch to the browser, which sends it on its own. */
    leave() {
      const batch = batchOf(waiting(), KEEPALIVE_LETTERS);
      if (!stopped && lease() && batch.length) void api.save(lease(), batch.map(wire), true).catch(() => undefined);
    },
  };
}

/** @param {Answer} answer */
function wire({ position, revision, value, marked, at }) {
  return { position, revision, value, marked, at };
}
