// Size of the text and keys on or off, remembered on this computer.

import { part } from "./dom.js";

const SIZES = ["s", "m", "l", "xl"];

/** @param {string} name @param {string} [value] */
function remember(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(`merit-ujian-${name}`) ?? "";
    localStorage.setItem(`merit-ujian-${name}`, value);
  } catch {
    // Storage refused: the choice lasts until the page is left.
  }
  return value ?? "";
}

export function watchTextSize() {
  /** @param {string} size */
  const set = (size) => {
    document.documentElement.dataset.text = size;
    remember("ukuran", size);
    part("huruf-kecil").toggleAttribute("disabled", size === SIZES[0]);
    part("huruf-besar").toggleAttribute("disabled", size === SIZES[SIZES.length - 1]);
    part("huruf-biasa").setAttribute("aria-pressed", String(size === "m"));
  };
  const present = () => SIZES.indexOf(document.documentElement.dataset.text ?? "m");
  set(SIZES.includes(remember("ukuran")) ? remember("ukuran") : "m");
  part("huruf-kecil").addEventListener("click", () => set(SIZES[Math.max(0, present() - 1)]));
  part("huruf-biasa").addEventListener("click", () => set("m"));
  part("huruf-besar").addEventListener("click", () => set(SIZES[Math.min(SIZES.length - 1, present() + 1)]));
  const keys = /** @type {HTMLInputElement} */ (part("pintasan"));
  keys.checked = remember("pintasan") !== "mati";
  keys.addEventListener("change", () => void remember("pintasan", keys.checked ? "hidup" : "mati"));
}
