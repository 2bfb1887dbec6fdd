// Lists with boxes to tick: all of a page, how many, j and k to move, x to tick. Everything works without it.
"use strict";

for (const form of document.querySelectorAll("form[data-ticks]")) {
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
  if (!boxes.length) continue;
  const label = form.querySelector("[data-ticks-all]");
  const all = label?.querySelector("input");
  const count = form.querySelector("[data-ticks-count]");

  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    if (count) count.textContent = ticked ? count.dataset.words.replace("{n}", ticked) : "";
  };
  if (all) {
    label.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
    });
  }
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = boxes.indexOf(document.activeElement);
    const next = { j: place + 1, k: place - 1 }[event.key];
    if (next !== undefined) boxes[Math.min(Math.max(next, 0), boxes.length - 1)].focus();
    if (event.key === "x" && place >= 0) boxes[place].click();
  });
}
