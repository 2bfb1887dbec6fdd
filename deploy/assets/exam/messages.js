// What stands in place of the question: the lobby, and whatever keeps the candidate from working.

import { fill, part } from "./dom.js";

import { canEncrypt } from "./emergency.js";

/** Whatever ends this browser's right to save also says what it still holds. */
const SHUT_OUT = ["ended", "refused", "denied", "other"];

/** @param {import("./types.js").Words} words @param {() => number} unsent how many answers only this browser has */
export function createMessages(words, unsent) {
  /** @param {"lobi" | "kerja" | "pesan"} shown */
  function only(shown) {
    for (const name of ["lobi", "kerja", "pesan"]) part(name).hidden = name !== shown;
  }

  return {
    work: () => only("kerja"),

    /** @param {string} kind names two words, `…_title` and `…_text` @param {string} text instead of the word's */
    show(kind, text = "") {
      const title = words[`${kind}_title`] ?? words.refused_title;
      const left = SHUT_OUT.includes(kind) && canEncrypt() ? unsent() : 0;
      const said = (text || (words[`${kind}_text`] ?? "")) + (left ? ` ${fill(words.kept_here, { n: left })}` : "");
      if (part("pesan-judul").textContent === title && part("pesan-isi").textContent === said && !part("pesan").hidden) return;
      part("pesan-judul").textContent = title;
      part("pesan-isi").textContent = said;
      part("pesan").dataset.kind = kind;
      part("minta").hidden = kind !== "ended" && kind !== "denied";
      part("darurat").hidden = kind !== "unsent" && !left;
      only("pesan");
    },

    /** @param {import("./api.js").Refusal} refusal */
    refuse(refusal) {
      this.show("refused", refusal.message);
    },

    /** Resolves when the candidate asks to go on here. @returns {Promise<unknown>} */
    asked: () => new Promise((resolve) => part("minta-tombol").addEventListener("click", resolve, { once: true })),

    /** @param {import("./types.js").State} state */
    lobby(state) {
      only("lobi");
      part("lobi").dataset.state = state.state;
      const text = state.state === "admitted" ? words.lobby_admitted : words.lobby_waiting;
      if (part("lobi-keadaan").textContent !== text) part("lobi-keadaan").textContent = text;
    },
  };
}

/** @typedef {ReturnType<typeof createMessages>} Messages */
