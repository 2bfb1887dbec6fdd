// Comforts of the list of items: tick all, move with j and k, tick with x, / for the search.
"use strict";

const form = document.querySelector("form[data-bulk]");
const boxes = form ? [...form.querySelectorAll("input[name=butir]")] : [];
const all = form && form.querySelector("[data-check-all]");

if (all && boxes.length) {
  all.closest(".bank-all").hidden = false;
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  form.addEventListener("change", show);
  show();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("input[type=search]")?.focus();
    return;
  }
  const place = boxes.indexOf(document.activeElement);
  const next = { j: place + 1, k: place - 1 }[event.key];
  if (next !== undefined) boxes[Math.min(Math.max(next, 0), boxes.length - 1)]?.focus();
  if (event.key === "x" && place >= 0) boxes[place].click();
  if (event.key === "Enter" && place >= 0) {
    event.preventDefault();
    boxes[place].closest("tr").querySelector("th a").click();
  }
});
