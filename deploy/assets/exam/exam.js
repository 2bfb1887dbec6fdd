// A running test: outbox, sender, heartbeat, clock and screen joined together.

import { createAdaptive } from "./adaptive.js";
import { Refusal, Unreachable } from "./api.js";
import { countdown, timeOfDay } from "./clock.js";
import { fill, part } from "./dom.js";
import { canEncrypt } from "./emergency.js";
import { createFinish } from "./finish.js";
import { createPulse } from "./pulse.js";
import { createScreen } from "./screen.js";
import { createSections } from "./sections.js";
import { batchOf, createSender } from "./sender.js";
import { fetchMedia, forgetShell } from "./shell.js";

/** @typedef {import("./types.js").State} State */

const HINTS = [{ below: 600, word: "hint_10" }, { below: 300, word: "hint_5" }];
const LAST_WAIT = 15_000;
const AGAIN_AFTER_END = 10_000;

/**
 * @param {object} parts
 * @param {import("./main.js").Config} parts.config
 * @param {import("./api.js").Api} parts.api
 * @param {import("./clock.js").Clock} parts.clock
 * @param {import("./store.js").Store} parts.store
 * @param {import("./types.js").Kept} parts.kept
 * @param {import("./messages.js").Messages} parts.messages
 * @param {import("./outbox.js").Outbox} parts.outbox
 * @param {State} parts.state
 * @param {import("./types.js").Paper | null} parts.paper
 * @param {boolean} parts.online
 */
export async function runExam({ config, api, clock, store, kept, messages, outbox, state: first, paper, online }) {
  const { words } = config;
  let state = first;
  let contact = online;
  let left = Infinity;
  let ended = false;
  let savedAt = NaN;
  let isLate = false;
  let isOver = false;
  let isBehind = false;
  if (state.responses && online) await outbox.adopt(state.responses, state.state === "finished");
  const isRehearsal = state.sitting?.kind === "rehearsal";

  const sender = createSender({
    api, outbox, lease: () => kept.lease ?? "",
    onSaved(saved) {
      contact = true;
      isLate = Boolean(saved.late);
      savedAt = Date.parse(saved.server_time);
      if (saved.deadline !== undefined && state.state === "running") state = { ...state, deadline: saved.deadline ?? state.deadline };
      sections?.take(saved.section);
      showSaving();
    },
    onTrouble(trouble) {
      contact = trouble !== "offline";
      showSaving();
    },
    onEnd: (refusal) => void leave(refusal.code, refusal.message),
    onRejected: (answer, refusal) => screen?.announce(`${screen.name(answer.position)}: ${refusal.message}`),
  });
  const pulse = createPulse({
    api, clock, lease: () => kept.lease ?? "",
    isUrgent: () => state.state === "paused" || isOver,
    isRehearsal: () => isRehearsal,
    onState: take,
    onRefusal: (refusal) => void leave(refusal.code, refusal.message),
    onContact(reached) {
      if (reached && !contact) sender.hurry();
      contact = reached;
      showSaving();
    },
  });

  part("minta-tombol").addEventListener("click", () => void askAgain());
  if (state.state === "finished") {
    await leave("attempt-finished", "");
    return;
  }
  if (!paper) return;

  const adaptive = paper.adaptive && createAdaptive({
    paper, words, api, outbox, lease: () => kept.lease ?? "",
    isOpen: () => !isOver && !ended && state.state === "running",
    hurry: () => sender.hurry(),
    onGrown: () => void store.putKept(Object.assign(kept, { paper })).catch(() => undefined),
    onEnd: (refusal) => void leave(refusal.code, refusal.message),
  });
  if (adaptive) await adaptive.begin();
  if (!paper.items.length) return;

  const screen = createScreen({
    paper, words, start: adaptive ? paper.items.length : Math.max(kept.position ?? 1, state.section?.from ?? 1), answer: outbox.get,
    async onChange(position, value, marked) {
      const changed = await outbox.change(position, value, marked, new Date(clock.now() || Date.now()).toISOString());
      if (!changed) return;
      showSaving();
      void sender.kick();
    },
    onLeave: (position, seconds) => pulse.note("item-view", { position, seconds }),
    onGo(position) {
      kept.position = position;
      void store.putKept(kept).catch(() => undefined);
    },
    onFinish: () => (adaptive && !adaptive.isOver() ? void goOn() : finish.show()),
    onSectionEnd: () => sections?.ask(),
  });
  const finish = createFinish({ paper, words, outbox, isOpen: screen.isOpen, onGo: screen.go, onFinish: end });
  const sections = state.section && createSections({
    paper, words, api, clock, outbox, start: state.section, seconds: state.sections ?? kept.state?.sections ?? [], lease: () => kept.lease ?? "",
    isRunning: () => !isOver && !ended && state.state === "running",
    hurry: () => sender.hurry(),
    keep: screen.keep,
    onOpen(section) {
      state = { ...state, section };
      Object.assign(kept, { state: { ...state, responses: [] } });
      void store.putKept(kept).catch(() => undefined);
      screen.limit(section.from, section.to);
      tick();
    },
    onOver: () => finish.show(),
    onEnd: (refusal) => void leave(refusal.code, refusal.message),
    say: screen.announce,
  });
  if (state.section) screen.limit(state.section.from, state.section.to);

  /** The answer first, then the next question; the last one leads to the end. */
  async function goOn() {
    await screen.keep();
    const has = await adaptive?.goOn(screen.position(), (waiting) => screen.lock(waiting || isOver || adaptive.isOver()));
    if (has) screen.grow();
    else if (adaptive?.isOver()) finish.show();
  }

  /** The whole clock: what is left, hints, the end, the section's own time. */
  function tick() {
    if (ended || !paper) return;
    const deadline = Date.parse(state.deadline ?? "");
    const seconds = state.state === "paused" ? (state.remaining ?? 0) : (deadline - clock.now()) / 1000;
    if (Number.isNaN(seconds)) return;
    part("sisa").textContent = countdown(seconds);
    part("jam").dataset.near = seconds <= 300 ? "5" : seconds <= 600 ? "10" : "";
    for (const { below, word } of HINTS) if (left > below && seconds <= below && seconds > below - 60 && left !== Infinity) screen.announce(words[word]);
    left = seconds;
    const over = seconds <= 0 && state.state === "running";
    if (over !== isOver) timeOver(over);
    if (sections && !over) screen.lock(sections.tick(state.state === "paused"));
  }

  /** @param {boolean} over */
  function timeOver(over) {
    if (over) void screen.keep();
    isOver = over;
    screen.lock(over || Boolean(adaptive?.isOver()));
    part("waktu-habis").hidden = !over;
    if (over) screen.announce(words.over_text);
    isBehind = !over;
    void catchUp();
    void sender.kick();
    void pulse.beat();
  }

  /** Time was given back: what the server took as late meanwhile is sent again as answers that count. */
  async function catchUp() {
    if (!isBehind) return;
    isBehind = false;
    try {
      const told = await api.state(kept.lease ?? "");
      if (told.responses && told.lease === "mine") await outbox.adopt(told.responses);
      showSaving();
      sender.hurry();
    } catch (error) {
      isBehind = error instanceof Unreachable; // the next heartbeat tries again; a refusal it hears itself
    }
  }

  /** @param {State} told */
  function take(told) {
    const before = state.state;
    state = { ...state, state: told.state, deadline: told.deadline ?? (told.state === "running" ? state.deadline : null), remaining: told.remaining, server_time: told.server_time };
    if (told.state === "finished") return void leave("attempt-finished", "");
    if (told.state === "paused") messages.show("paused");
    else if (before === "paused" || part("kerja").hidden) messages.work();
    Object.assign(kept, { state: { ...state, responses: [] }, skew: clock.skew() });
    void store.putKept(kept).catch(() => undefined);
    sections?.take(told.section);
    tick();
    void catchUp();
  }

  function showSaving() {
    const pending = outbox.pending().length;
    const place = part("status");
    const line = part("status-isi");
    const trouble = pending > 0 && !contact;
    place.dataset.tone = trouble || !contact ? "warn" : pending ? "busy" : "good";
    if (pending && contact) line.textContent = words.sending;
    else if (pending) line.textContent = fill(words.unsent, { n: pending });
    else if (!contact) line.textContent = words.offline;
    else if (Number.isNaN(savedAt)) line.textContent = words.ready;
    else line.textContent = fill(isLate ? words.saved_late : words.saved, { time: timeOfDay(savedAt, config.zone) });
    const displaced = outbox.displaced();
    const list = displaced.map(({ position }) => position).join(", ");
    const told = displaced.length ? fill(words.displaced, { n: displaced.length, list }) : "";
    part("status-catatan").textContent = trouble ? (outbox.isDurable() ? words.unsent_kept : words.unsent_memory) : told;
    part("unduh-darurat").hidden = !(trouble || told) || !canEncrypt();
  }

  /** Send everything, then end. @returns {Promise<string>} */
  async function end() {
    await screen.keep();
    const until = performance.now() + LAST_WAIT;
    while (outbox.pending().length && performance.now() < until) {
      sender.hurry();
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (ended) return "";
    }
    if (outbox.pending().length) return fill(words.finish_unsent, { n: outbox.pending().length });
    try {
      await api.finish(kept.lease ?? "");
    } catch (error) {
      if (error instanceof Unreachable) return words.finish_unreachable;
      await leave(/** @type {any} */ (error).code ?? "", String(/** @type {any} */ (error).message));
      return "";
    }
    await goToSlip();
    return "";
  }

  /** The server takes nothing more from this browser. @param {string} code @param {string} message */
  async function leave(code, message) {
    if (ended) return;
    ended = true;
    pulse.stop();
    if (document.querySelector("dialog[open]")) /** @type {HTMLDialogElement} */ (part("akhiri")).close();
    if (code === "attempt-finished") await close();
    else if (code === "lease-ended") messages.show("ended");
    else messages.show("refused", message);
  }

  /** To the slip once nothing is left here; what is left is tried again as long as nobody answers. */
  async function close() {
    try {
      await sendAfterEnd();
    } catch (error) {
      if (error instanceof Unreachable) setTimeout(() => void close(), AGAIN_AFTER_END * (1 + Math.random()));
    }
    const unsent = outbox.pending().length;
    if (!unsent) return goToSlip();
    messages.show("unsent", fill(words.unsent_text, { n: unsent }));
  }

  /** Answers that were under way when the proctor or the sweep ended the test are kept as late. */
  async function sendAfterEnd() {
    for (let rounds = outbox.pending().length + 3; kept.lease && outbox.pending().length && rounds > 0; rounds -= 1) {
      const batch = batchOf(outbox.pending()).map(({ position, revision, value, marked, at }) => ({ position, revision, value, marked, at }));
      try {
        const saved = await api.save(kept.lease, batch);
        await outbox.acknowledge(saved.saved);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "stale-revision") throw error;
        await outbox.acknowledge(error.body.saved ?? []);
        await outbox.raise(error.body.stored ?? []);
      }
    }
  }

  async function goToSlip() {
    ended = true;
    await store.forget(config.token).catch(() => undefined);
    await forgetShell(config.token).catch(() => undefined);
    location.replace(config.done);
  }

  async function askAgain() {
    kept.lease = "";
    await store.putKept(kept).catch(() => undefined);
    location.reload();
  }

  messages.work();
  if (state.state === "paused") messages.show("paused");
  screen.draw();
  if (adaptive?.isOver()) screen.lock(true);
  showSaving();
  tick();
  setInterval(tick, 250);
  void sender.kick();
  pulse.resume();
  pulse.watchFocus((losses) => {
    part("keluar-layar").hidden = false;
    part("keluar-layar").textContent = fill(words.focus, { n: losses });
  });
  addEventListener("online", () => (sender.hurry(), void pulse.beat()));
  addEventListener("offline", () => ((contact = false), showSaving()));
  addEventListener("pagehide", () => sender.leave());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && void screen.keep().then(() => sender.kick()));
  addEventListener("beforeunload", (event) => outbox.pending().length > 0 && !outbox.isDurable() && event.preventDefault());
  setTimeout(() => void fetchMedia(paper), 2000);
}
