// "Selesai ujian": counts, a tick, then the end. Nothing ends while an answer is still on its way.

import { fill, h, part } from "./dom.js";
import { countAnswers } from "./grid.js";

/**
 * @param {object} parts
 * @param {import("./types.js").Paper} parts.paper
 * @param {import("./types.js").Words} parts.words
 * @param {import("./outbox.js").Outbox} parts.outbox
 * @param {(position: number) => boolean} parts.isOpen whether one may still go to a question
 * @param {(position: number) => void} parts.onGo
 * @param {() => Promise<string>} parts.onFinish resolves with what went wrong, "" when it is done
 */
export function createFinish({ paper, words, outbox, isOpen, onGo, onFinish }) {
  const dialog = /** @type {HTMLDialogElement} */ (part("akhiri"));
  const sure = /** @type {HTMLInputElement} */ (part("yakin"));
  const end = /** @type {HTMLButtonElement} */ (part("akhiri-ya"));
  const problem = part("akhiri-masalah");

  function show() {
    const counts = countAnswers(paper.items, outbox.get);
    part("akhir-dijawab").textContent = String(counts.answered);
    part("akhir-ragu").textContent = String(counts.marked);
    part("akhir-kosong").textContent = String(counts.blank);
    const open = paper.items.filter((item) => isOpen(item.position));
    const first = open.find((item) => item.interactions.length && !countAnswers([item], outbox.get).answered);
    const marked = open.find((item) => outbox.get(item.position)?.marked);
    const links = [[first, words.to_blank], [marked, words.to_marked]].flatMap(([item, word]) => (item && paper.navigation === "free" ? [link(/** @type {import("./types.js").Item} */ (item), String(word))] : []));
    part("akhiri-tautan").replaceChildren(...links);
    sure.checked = false;
    end.disabled = true;
    problem.textContent = "";
    if (!dialog.open) dialog.showModal();
  }

  /** @param {import("./types.js").Item} item @param {string} word */
  function link(item, word) {
    const button = h("button", { type: "button", class: "exam-btn" }, fill(word, { n: item.position }));
    button.addEventListener("click", () => {
      dialog.close();
      onGo(item.position);
    });
    return button;
  }

  sure.addEventListener("change", () => (end.disabled = !sure.checked));
  part("akhiri-tidak").addEventListener("click", () => dialog.close());
  end.addEventListener("click", async () => {
    end.disabled = true;
    problem.textContent = words.finishing;
    problem.textContent = await onFinish();
    end.disabled = !sure.checked;
  });
  part("selesai").addEventListener("click", show);
  return { show, close: () => dialog.close() };
}
