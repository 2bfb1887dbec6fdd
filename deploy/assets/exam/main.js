// The exam in the browser, from the lobby to the slip. Order of things: keep here first, send after; the server's word
// on time and state; say honestly what is saved and what is not.

import { createApi, Refusal, Unreachable } from "./api.js";
import { createClock } from "./clock.js";
import { part } from "./dom.js";
import { becomeOnlyTab } from "./tabs.js";
import { offerEmergency } from "./rescue.js";
import { openOutbox } from "./outbox.js";
import { openStore } from "./store.js";
import { keepShell } from "./shell.js";
import { createMessages } from "./messages.js";
import { runExam } from "./exam.js";
import { watchTextSize } from "./comforts.js";

const root = part("ujian");
const config = {
  token: root.dataset.token ?? "",
  done: root.dataset.done ?? "",
  zone: root.dataset.zone ?? "Asia/Makassar",
  worker: root.dataset.worker ?? "",
  /** @type {{ id: string, point: string }} */
  key: JSON.parse(root.dataset.key ?? "{}"),
  /** @type {import("./types.js").Words} */
  words: JSON.parse(root.dataset.words ?? "{}"),
};
const clock = createClock();
const api = createApi(root.dataset.api ?? "", clock);
/** @type {import("./outbox.js").Outbox | undefined} */
let outbox;
const messages = createMessages(config.words, () => outbox?.pending().length ?? 0);

/** @param {number} from @param {number} to milliseconds */
const rest = (from, to) => new Promise((resolve) => setTimeout(resolve, from + Math.random() * (to - from)));

/** @typedef {typeof config} Config */

async function start() {
  watchTextSize();
  await becomeOnlyTab(config.token, () => messages.show("tab"));
  const store = await openStore();
  const kept = await store.kept(config.token);
  outbox = await openOutbox(store, config.token);
  offerEmergency({ config, clock, outbox });
  void keepShell(config.worker);
  const found = await enter(store, kept);
  await runExam({ config, api, clock, store, kept, messages, outbox, ...found });
}

/**
 * Wait until the test runs and this browser is the one that may save.
 * @param {import("./store.js").Store} store @param {import("./types.js").Kept} kept
 * @returns {Promise<{ state: import("./types.js").State, paper: import("./types.js").Paper | null, online: boolean }>}
 */
async function enter(store, kept) {
  for (let round = 0; ; round += 1) {
    try {
      if (!kept.lease) await takeLease(store, kept);
      // On a slow line every turn counts: the first time the paper is asked for together with the state.
      const early = round === 0 && !kept.paper ? api.paper(kept.lease ?? "").catch(() => null) : null;
      const state = await api.state(kept.lease ?? "");
      if (state.state === "finished") return { state, paper: kept.paper ?? null, online: true };
      if (state.lease !== "mine" || !kept.lease) {
        await takeLease(store, kept);
        continue;
      }
      if (state.state === "running" || state.state === "paused") {
        const paper = kept.paper ?? (await early) ?? (await api.paper(kept.lease));
        Object.assign(kept, { paper, state: { ...state, responses: [] }, skew: clock.skew() });
        await store.putKept(kept).catch(() => undefined);
        return { state, paper, online: true };
      }
      messages.lobby(state);
      await rest(3000, 5000);
    } catch (error) {
      if (error instanceof Refusal) {
        if (error.code === "attempt-finished") return { state: await api.state(""), paper: kept.paper ?? null, online: true };
        if (error.code === "lease-refused") {
          messages.show("denied");
          await messages.asked();
          kept.lease = "";
          await store.putKept(kept).catch(() => undefined);
          continue;
        }
        messages.refuse(error);
        if (error.status === 404) throw error;
        await rest(4000, 6000);
      } else if (error instanceof Unreachable) {
        if (kept.paper && kept.lease && kept.state) {
          clock.assume(kept.skew ?? 0);
          return { state: kept.state, paper: kept.paper, online: false };
        }
        messages.show("unreachable");
        await rest(3000, 6000);
      } else throw error;
    }
  }
}

/** @param {import("./store.js").Store} store @param {import("./types.js").Kept} kept */
async function takeLease(store, kept) {
  try {
    const granted = await api.lease(kept.lease ?? "");
    kept.lease = granted.lease;
    await store.putKept(kept).catch(() => undefined);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "lease-other-browser") throw error;
    if (error.body.asked) kept.lease = String(error.body.asked);
    await store.putKept(kept).catch(() => undefined);
    messages.show("other");
    await rest(3000, 5000);
  }
}

start().catch((error) => {
  if (!(error instanceof Refusal)) messages.show("broken");
  throw error;
});
