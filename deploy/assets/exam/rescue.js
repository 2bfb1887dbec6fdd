// The way out for answers that cannot be sent: the buttons "Unduh jawaban darurat", wherever the page stands.

import { part } from "./dom.js";
import { canEncrypt, download, encrypt } from "./emergency.js";

/**
 * @param {object} parts
 * @param {import("./main.js").Config} parts.config
 * @param {import("./clock.js").Clock} parts.clock
 * @param {import("./outbox.js").Outbox} parts.outbox
 */
export function offerEmergency({ config, clock, outbox }) {
  async function make() {
    const responses = outbox.all().map(({ position, revision, value, marked, at, sent }) => ({ position, revision, value, marked, at, sent }));
    const displaced = outbox.displaced().map(({ position, displaced: old }) => ({ position, ...old }));
    const made = new Date(clock.now() || Date.now()).toISOString();
    const text = await encrypt(config.key, { token: config.token, made, responses, displaced });
    download(text, `jawaban-darurat-${config.token.slice(0, 6)}.json`);
  }
  for (const id of ["darurat-unduh", "unduh-darurat"]) {
    part(id).hidden = !canEncrypt();
    part(id).addEventListener("click", () => void make());
  }
}
