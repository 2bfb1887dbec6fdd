// Calls to the server. Either the answer, or one of two errors: a refusal with its code, or nobody there (try again).

/** @typedef {import("./clock.js").Clock} Clock */

const TIMEOUT = 20_000;

/** The server understood and refuses; `code` says why. */
export class Refusal extends Error {
  /** @param {number} status @param {Record<string, any>} body */
  constructor(status, body) {
    super(String(body.message ?? body.error ?? status));
    this.status = status;
    this.code = String(body.error ?? "");
    this.body = body;
  }
}

/** Nobody answered, or not the server itself; worth another try. */
export class Unreachable extends Error {
  /** @param {string} reason @param {number} wait seconds the server asked for */
  constructor(reason, wait = 0) {
    super(reason);
    this.wait = wait;
  }
}

/**
 * @param {string} base
 * @param {Clock} clock
 */
export function createApi(base, clock) {
  /**
   * @param {string} method @param {string} path
   * @param {{ body?: unknown, lease?: string, keepalive?: boolean, kept?: boolean }} options
   * @returns {Promise<any>}
   */
  async function call(method, path, { body, lease, keepalive = false, kept = false } = {}) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT);
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", "Merit-Language": document.documentElement.lang };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (lease) headers["Merit-Lease"] = lease;
    const sent = performance.now();
    try {
      const answer = await fetch(base + path, {
        method, headers, keepalive, body: body === undefined ? null : JSON.stringify(body),
        cache: kept ? "default" : "no-store", redirect: "error", signal: stop.signal,
      });
      const received = performance.now();
      const told = await readJson(answer);
      if (typeof told.server_time === "string") clock.observe(told.server_time, sent, received);
      if (answer.ok) return told;
      if (answer.status >= 500 || answer.status === 429) throw new Unreachable(String(answer.status), Number(answer.headers.get("Retry-After")) || 0);
      throw new Refusal(answer.status, told);
    } catch (error) {
      if (error instanceof Refusal || error instanceof Unreachable) throw error;
      throw new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
  }
  return {
    /** @param {string} lease @returns {Promise<import("./types.js").State>} */
    state: (lease) => call("GET", "", { lease }),
    /** @param {string} lease @returns {Promise<{ lease: string, granted: boolean }>} */
    lease: (lease) => call("POST", "/lease", { body: { lease } }),
    /** @param {string} lease @returns {Promise<import("./types.js").Paper>} */
    paper: (lease) => call("GET", "/paper", { lease, kept: true }),
    /** @param {string} lease @param {unknown[]} responses @param {boolean} keepalive @returns {Promise<import("./types.js").Saved>} */
    save: (lease, responses, keepalive = false) => call("POST", "/responses", { body: { lease, responses }, keepalive }),
    /** @param {string} lease @param {number} done @returns {Promise<import("./types.js").Turn>} */
    next: (lease, done) => call("POST", "/next", { body: { lease, done } }),
    /** @param {string} lease @param {unknown[]} events @returns {Promise<import("./types.js").State>} */
    heartbeat: (lease, events) => call("POST", "/heartbeat", { body: { lease, events } }),
    /** @param {string} lease @param {number} section @returns {Promise<{ section: import("./types.js").OpenSection }>} */
    section: (lease, section) => call("POST", "/section", { body: { lease, section } }),
    /** @param {string} lease @returns {Promise<import("./types.js").State>} */
    finish: (lease) => call("POST", "/finish", { body: { lease } }),
  };
}

/** @typedef {ReturnType<typeof createApi>} Api */

/** Anything but JSON comes from a gateway or a sign-in page of the network, not from the server. @param {Response} answer */
async function readJson(answer) {
  const told = await answer.json().catch(() => null);
  if (told === null || typeof told !== "object") throw new Unreachable(`no JSON (${answer.status})`);
  return told;
}
