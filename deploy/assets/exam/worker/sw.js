// Service worker of the exam pages. The page comes from the network while there is one, else as kept; style, script and
// pictures have addresses that change with their content, so what is kept is right. Answers never pass through here.

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const CACHE = "merit-ujian-1";
const PATIENCE = 8000;
const EXAM = /^\/ujian\/[0-9A-Za-z_-]{16,}$/;
const KEPT = /^\/(static|media)\//;

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("message", (event) => {
  const { keep, forget } = event.data ?? {};
  if (keep) event.waitUntil(keepAll(keep));
  if (forget) event.waitUntil(caches.delete(CACHE));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && EXAM.test(address.pathname)) event.respondWith(fresh(request));
  else if (KEPT.test(address.pathname)) event.respondWith(kept(request));
});

/** @param {string[]} addresses */
async function keepAll(addresses) {
  const cache = await caches.open(CACHE);
  await Promise.all(addresses.map(async (address) => {
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok && !answer.redirected) await cache.put(address, answer);
  }));
}

/** The page as it is now; as it was when the network is away or too slow to wait for. @param {Request} request */
async function fresh(request) {
  const cache = await caches.open(CACHE);
  const address = new URL(request.url).pathname;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    if (answer.ok && !answer.redirected) await cache.put(address, answer.clone());
    if (answer.status < 500) return answer;
    return (await cache.match(address)) ?? answer;
  } catch (error) {
    const old = await cache.match(address);
    if (old) return old;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Request} request */
async function kept(request) {
  const cache = await caches.open(CACHE);
  const old = await cache.match(request);
  if (old) return old;
  const answer = await fetch(request);
  if (answer.status === 200) await cache.put(request, answer.clone());
  return answer;
}
