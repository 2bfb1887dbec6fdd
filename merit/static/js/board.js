// The proctor's board, kept fresh: asks every four seconds, changes what has changed, counts seconds in between.
// The page works without this file; the button reloads it.
"use strict";

const papan = document.getElementById("papan");
const INTERVAL = 4000;
const SLOWEST = 30000;
const CODE = { state: 1, answered: 2, marked: 3, deadline: 4, remaining: 5, saved: 6, flags: 7 };
let etag = "";
let offset = 0; // the server's clock minus this one's, in seconds
let failures = 0;
let known = null;

const serverNow = () => Date.now() / 1000 + offset;
const two = (number) => String(number).padStart(2, "0");
const asClock = (seconds) => `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(Math.floor(seconds) % 60)}`;
const asAge = (seconds) =>
  seconds < 60 ? papan.dataset.second.replace("%(n)s", Math.floor(seconds)) : papan.dataset.minute.replace("%(n)s", Math.floor(seconds / 60));

const write = (element, text) => {
  if (element && element.textContent !== text) element.textContent = text;
};
const pattern = (kind, code) => document.querySelector(`template[data-${kind}="${code}"]`).content.cloneNode(true);
const places = (candidate) => papan.querySelectorAll(`[data-candidate="${candidate}"]`);
const part = (place, name) => place.querySelector(`[data-part="${name}"]`);

function showSeat(row, former) {
  for (const place of places(row[0])) {
    const flags = part(place, "flags");
    if (!former || former[CODE.state] !== row[CODE.state]) part(place, "state")?.replaceChildren(pattern("state", row[CODE.state]));
    if (flags && (!former || String(former[CODE.flags]) !== String(row[CODE.flags])))
      flags.replaceChildren(...row[CODE.flags].map((code) => pattern("flag", code)));
    write(part(place, "answered"), String(row[CODE.answered]));
    const bar = part(place, "bar");
    if (bar) bar.value = row[CODE.answered];
    if (!place.matches("a.seat")) continue;
    const urgent = row[CODE.flags].some((code) => ["silent", "second-browser", "overtime"].includes(code));
    const dim = place.classList.contains("is-dim");
    place.className = `seat is-${row[CODE.state]}${dim ? " is-dim" : ""}${urgent ? " is-urgent" : ""}`;
  }
}

function tick() {
  const now = serverNow();
  for (const row of known?.seats ?? []) {
    const left = row[CODE.deadline] === null ? row[CODE.remaining] : Math.max(0, row[CODE.deadline] - now);
    for (const place of places(row[0])) {
      if (left !== null) write(part(place, "remaining"), asClock(left));
      if (row[CODE.saved] !== null) write(part(place, "age"), asAge(Math.max(0, now - row[CODE.saved])));
    }
  }
  const left = papan.querySelector("[data-token-left]");
  if (left) {
    const seconds = Math.max(0, Math.round(Number(left.dataset.until) - now));
    write(left, `${Math.floor(seconds / 60)}:${two(seconds % 60)}`);
    papan.querySelector("[data-token-bar]").value = seconds;
  }
}

function showToken(token) {
  const left = papan.querySelector("[data-token-left]");
  if (!token || !left) return;
  write(papan.querySelector("[data-token]"), token[0]);
  left.dataset.until = token[1];
}

const isBusy = (section) => {
  const here = section.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
  return here || section.querySelector("details[open], input:checked");
};

// Who sits where, who waits, what can be done: drawn by the server, put in place where nobody is typing.
async function redraw() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.reload();
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const head = document.querySelector(".head");
  const sections = [...papan.querySelectorAll("[data-live]"), head];
  if (sections.some(isBusy)) return false;
  for (const section of sections) {
    const name = section.dataset.live;
    const other = name ? fresh.querySelector(`[data-live="${name}"]`) : fresh.querySelector(".head");
    const focused = section.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    if (!other || other.innerHTML === section.innerHTML) continue;
    section.replaceChildren(...other.childNodes);
    if (focused) section.querySelector(`[href="${CSS.escape(focused)}"], a[href="${focused}"]`)?.focus();
  }
  papan.dataset.structure = fresh.getElementById("papan").dataset.structure;
  return true;
}

async function show(state) {
  const former = known ? new Map(known.seats.map((row) => [row[0], row])) : new Map();
  known = state;
  if (state.structure !== papan.dataset.structure && (await redraw())) former.clear();
  for (const row of state.seats) showSeat(row, former.get(row[0]));
  for (const count of papan.querySelectorAll("[data-count]")) write(count, String(state.counts[count.dataset.count] ?? 0));
  showToken(state.token);
  tick();
}

async function ask() {
  const answer = await fetch(papan.dataset.poll, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
  if (answer.redirected || answer.status === 404) return location.reload();
  if (!answer.ok && answer.status !== 304) throw new Error(String(answer.status));
  const time = Number(answer.headers.get("Merit-Time"));
  if (time) offset = time - Date.now() / 1000;
  etag = answer.headers.get("ETag") ?? etag;
  if (answer.status === 200) await show(await answer.json());
  else if (known && known.structure !== papan.dataset.structure) await show(known);
}

async function loop() {
  try {
    if (!document.hidden) await ask();
    failures = 0;
    write(document.getElementById("papan-kabar"), "");
  } catch {
    failures += 1;
    if (failures > 2) write(document.getElementById("papan-kabar"), papan.dataset.stale);
  }
  const wait = Math.min(SLOWEST, INTERVAL * 2 ** Math.min(failures, 3));
  setTimeout(loop, wait * (0.85 + Math.random() * 0.3));
}

if (papan) {
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", () => !document.hidden && ask().catch(() => {}));
  loop();
}
