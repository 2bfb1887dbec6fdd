// Keeps the page, its style and script and the pictures for a reload without network: a service worker under /ujian/.

/** @param {string} address of the worker, "" after the end */
export async function keepShell(address) {
  if (!address || !("serviceWorker" in navigator)) return; // nothing to keep after the end; no TLS: a reload needs the network, an open page does not
  try {
    await navigator.serviceWorker.register(address, { scope: "/ujian/" });
    const ready = await navigator.serviceWorker.ready;
    const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((part) => part.getAttribute("href") ?? part.getAttribute("src"));
    ready.active?.postMessage({ keep: [location.pathname, ...parts] });
  } catch {
    // Refused by the browser's settings: the same as without.
  }
}

/** Fetch the pictures before they are needed, one after the other and behind everything else. @param {import("./types.js").Paper} paper */
export async function fetchMedia(paper) {
  const found = JSON.stringify(paper.items).match(/\/media\/[\w-]+/g) ?? [];
  for (const address of new Set(found)) await fetch(address, { priority: "low" }).catch(() => undefined);
}

/** Nothing of the test stays on this computer. @param {string} attempt */
export async function forgetShell(attempt) {
  const names = globalThis.caches ? await caches.keys() : [];
  await Promise.all(names.filter((name) => name.startsWith("merit-ujian")).map((name) => caches.delete(name)));
  const registration = await navigator.serviceWorker?.getRegistration("/ujian/").catch(() => undefined);
  registration?.active?.postMessage({ forget: attempt });
}
