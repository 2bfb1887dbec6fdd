// The server's time. Samples come with every answer; the quickest round trip is believed. Between samples only
// performance.now() counts on, so setting this computer's clock changes nothing.

/** Milliseconds by which two samples may differ beyond what their round trips explain. */
const TOLERANCE = 50;

/** @param {() => number} ticks */
export function createClock(ticks = () => performance.now()) {
  let offset = NaN;
  let best = Infinity;
  return {
    /**
     * Take in a server time that was asked for at `sent` and arrived at `received` (both in ticks).
     * @param {string} serverTime @param {number} sent @param {number} received
     */
    observe(serverTime, sent, received) {
      const trip = received - sent;
      const sample = Date.parse(serverTime) + trip / 2 - received;
      if (Number.isNaN(sample)) return;
      // A slower answer is believed only where both cannot be right: this computer slept, or the server's clock was set.
      const contradicts = Math.abs(sample - offset) > (trip + best) / 2 + TOLERANCE;
      if (Number.isNaN(offset) || trip < best || contradicts) {
        offset = sample;
        best = trip;
      }
    },
    /** Start from what was known before a reload without network; the first real sample replaces it. @param {number} skew */
    assume(skew) {
      if (Number.isNaN(offset)) offset = Date.now() + skew - ticks();
    },
    /** The server's present in milliseconds, NaN before anything is known. */
    now: () => ticks() + offset,
    /** Server's time minus this computer's clock. */
    skew: () => ticks() + offset - Date.now(),
  };
}

/** @typedef {ReturnType<typeof createClock>} Clock */

/** `01:04:09`; never below zero. @param {number} seconds */
export function countdown(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** `09.48.31` on the agency's clock. @param {number} instant @param {string} zone */
export function timeOfDay(instant, zone) {
  const parts = new Intl.DateTimeFormat("id-ID", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  return parts.format(instant).replaceAll(":", ".");
}
