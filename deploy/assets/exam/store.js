// What this browser keeps: answers and the loaded paper, in IndexedDB; in memory where that is absent or broken.

/**
 * @typedef {import("./types.js").Answer} Answer
 * @typedef {import("./types.js").Kept} Kept
 *
 * @typedef {object} Store
 * @property {boolean} durable whether it outlives a crash
 * @property {(attempt: string) => Promise<Answer[]>} answers
 * @property {(attempt: string, answers: Answer[]) => Promise<void>} putAnswers
 * @property {(attempt: string) => Promise<Kept>} kept
 * @property {(kept: Kept) => Promise<void>} putKept
 * @property {(attempt: string) => Promise<void>} forget
 */

const NAME = "merit-ujian";
const OPENING = 3000;
const PAPER_DAYS = 2;

/** @returns {Promise<Store>} */
export async function openStore() {
  try {
    const database = await open();
    database.onversionchange = () => database.close();
    const store = durableStore(database);
    await dropOldPapers(database);
    return store;
  } catch {
    return memoryStore();
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("slow")), OPENING);
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("answers", { keyPath: ["attempt", "position"] });
      request.result.createObjectStore("attempts", { keyPath: "attempt" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Run one transaction and wait until it is on the disk.
 * @template T
 * @param {IDBDatabase} database @param {"readonly" | "readwrite"} mode
 * @param {(store: (name: string) => IDBObjectStore) => IDBRequest<T> | void} work
 * @returns {Promise<T>}
 */
function run(database, mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(["answers", "attempts"], mode, { durability: "strict" });
    const request = work((name) => transaction.objectStore(name));
    transaction.oncomplete = () => resolve(/** @type {T} */ (request ? request.result : undefined));
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

/** @param {string} attempt */
const ofAttempt = (attempt) => IDBKeyRange.bound([attempt, 0], [attempt, Infinity]);

/** @param {IDBDatabase} database @returns {Store} */
function durableStore(database) {
  return {
    durable: true,
    answers: (attempt) => run(database, "readonly", (store) => store("answers").getAll(ofAttempt(attempt))),
    putAnswers: (attempt, answers) => run(database, "readwrite", (store) => {
      for (const answer of answers) store("answers").put({ attempt, ...answer });
    }),
    kept: async (attempt) => (await run(database, "readonly", (store) => store("attempts").get(attempt))) ?? { attempt },
    putKept: (kept) => run(database, "readwrite", (store) => void store("attempts").put({ ...kept, seen: Date.now() })),
    forget: (attempt) => run(database, "readwrite", (store) => {
      store("answers").delete(ofAttempt(attempt));
      store("attempts").delete(attempt);
    }),
  };
}

/** A paper left behind by a crash does not stay on a shared computer; answers do. @param {IDBDatabase} database */
async function dropOldPapers(database) {
  /** @type {Kept[]} */
  const all = await run(database, "readonly", (store) => store("attempts").getAll());
  const old = all.filter((kept) => kept.paper && Date.now() - (kept.seen ?? 0) > PAPER_DAYS * 86_400_000);
  if (old.length) await run(database, "readwrite", (store) => {
    for (const { paper, ...rest } of old) store("attempts").put(rest);
  });
}

/** @returns {Store} */
export function memoryStore() {
  /** @type {Map<number, Answer>} */
  const answers = new Map();
  const LEASE = "merit-ujian-sewa:";
  return {
    durable: false,
    answers: async () => [...answers.values()],
    putAnswers: async (_attempt, changed) => {
      for (const answer of changed) answers.set(answer.position, answer);
    },
    // The lease alone outlives a reload of this tab, so that nobody waits for a proctor after F5.
    kept: async (attempt) => ({ attempt, lease: session(() => sessionStorage.getItem(LEASE + attempt)) ?? "" }),
    putKept: async ({ attempt, lease }) => void session(() => sessionStorage.setItem(LEASE + attempt, lease ?? "")),
    forget: async (attempt) => {
      answers.clear();
      session(() => sessionStorage.removeItem(LEASE + attempt));
    },
  };
}

/** @template T @param {() => T} act @returns {T | null} */
function session(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
