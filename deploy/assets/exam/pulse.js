// The heartbeat: tells the server that the candidate is there and what happened, learns the state and the time.

import { Refusal, Unreachable } from "./api.js";

const MOST_EVENTS = 50;

/**
 * @typedef {import("./types.js").State} State
 * @typedef {{ kind: "focus-lost" | "network-changed" | "item-view" | "rehearsal", at: string, details: Record<string, unknown> }} Happening
 */

/**
 * @param {object} parts
 * @param {import("./api.js").Api} parts.api
 * @param {import("./clock.js").Clock} parts.clock
 * @param {() => string} parts.lease
 * @param {() => boolean} parts.isUrgent whether a change is awaited (paused, time over)
 * @param {() => boolean} parts.isRehearsal whether the room is being tried: then speed and clock are told as well
 * @param {(state: State) => void} parts.onState
 * @param {(refusal: Refusal) => void} parts.onRefusal
 * @param {(reached: boolean) => void} parts.onContact
 */
export function createPulse({ api, clock, lease, isUrgent, isRehearsal, onState, onRefusal, onContact }) {
  /** @type {Happening[]} */
  let events = [];
  let losses = 0;
  let stopped = false;
  let busy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function beat() {
    clearTimeout(timer);
    if (stopped || busy) return;
    busy = true;
    const telling = events.slice(0, MOST_EVENTS);
    const sent = performance.now();
    try {
      const state = await api.heartbeat(lease(), telling);
      events = events.slice(telling.length);
      if (isRehearsal()) note("rehearsal", { latency_ms: Math.round(performance.now() - sent), clock_ms: Math.round(clock.skew() || 0) });
      onContact(true);
      onState(state);
    } catch (error) {
      if (error instanceof Refusal && error.status === 422) events = [];
      else if (error instanceof Refusal) onRefusal(error);
      else if (error instanceof Unreachable) onContact(false);
      else throw error;
    } finally {
      busy = false;
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(beat, isUrgent() ? 3000 + Math.random() * 2000 : 20_000 + Math.random() * 10_000);
    }
  }

  /** @param {Happening["kind"]} kind @param {Record<string, unknown>} details */
  function note(kind, details) {
    const now = clock.now();
    events.push({ kind, at: Number.isNaN(now) ? "" : new Date(now).toISOString(), details });
    events = events.slice(-10 * MOST_EVENTS);
  }

  /** Count how often the screen was left; nobody is thrown out for it. @param {(losses: number) => void} onLoss */
  function watchFocus(onLoss) {
    let since = 0;
    const left = () => {
      since ||= performance.now();
    };
    const back = () => {
      if (!since || document.visibilityState === "hidden") return;
      losses += 1;
      note("focus-lost", { seconds: Math.round((performance.now() - since) / 1000) });
      since = 0;
      onLoss(losses);
      void beat();
    };
    window.addEventListener("blur", left);
    window.addEventListener("focus", back);
    document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? left() : back()));
    /** @type {any} */ (navigator).connection?.addEventListener?.("change", () => note("network-changed", { type: /** @type {any} */ (navigator).connection.type ?? "" }));
  }

  return {
    beat,
    note,
    watchFocus,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    resume() {
      stopped = false;
      void beat();
    },
  };
}
