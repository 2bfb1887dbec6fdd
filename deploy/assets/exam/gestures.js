// What hands do to a drawn item beyond plain controls: reorder, point at a picture, slide, keep to the number of choices.

import { countWords, pointMark } from "./items.js";

/**
 * @typedef {import("./types.js").Item} Item
 * @typedef {import("./types.js").Interaction} Interaction
 */

/** @param {HTMLElement} body @param {Item} item @param {(typing: boolean) => void} changed */
export function attend(body, item, changed) {
  /** @param {Event} event */
  const interaction = (event) => {
    const place = event.target instanceof Element ? event.target.closest(".answer") : null;
    return place instanceof HTMLElement ? { place, one: item.interactions[Number(place.dataset.index)] } : null;
  };
  body.addEventListener("change", (event) => {
    const found = interaction(event);
    if (found) bound(found.place, found.one, event.target);
    if (found?.one.kind === "hotspot") showSpots(found.place, found.one);
    changed(false);
  });
  body.addEventListener("input", (event) => {
    const found = interaction(event);
    if (!found || !(event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement)) return;
    if (event.target instanceof HTMLTextAreaElement) count(found.place, event.target);
    if (found.one.kind === "slider") slide(found.place, event.target);
    if (event.target.type !== "radio" && event.target.type !== "checkbox") changed(true);
  });
  body.addEventListener("click", (event) => {
    const found = interaction(event);
    if (!found || !(event.target instanceof Element)) return;
    const mover = event.target.closest('button[name="geser"]');
    if (mover instanceof HTMLButtonElement) {
      event.preventDefault();
      move(mover);
      changed(false);
    }
    if (found.one.kind === "hotspot" && event.target.closest(".hotspot-picture") && point(found.place, found.one, event)) changed(false);
  });
  drag(body, changed);
}

/** Moves a row up or down and keeps the focus on the button. @param {HTMLButtonElement} mover */
function move(mover) {
  const row = mover.closest("li");
  const other = mover.value.endsWith(":naik") ? row?.previousElementSibling : row?.nextElementSibling;
  if (!row || !other) return;
  if (mover.value.endsWith(":naik")) other.before(row);
  else other.after(row);
  use(row);
  mover.focus();
}

/** An order that was touched is an answer. @param {Element} row */
function use(row) {
  const box = row.closest(".answer")?.querySelector('[name^="pakai-"]');
  if (box instanceof HTMLInputElement) box.checked = true;
}

/** @param {HTMLElement} body @param {(typing: boolean) => void} changed */
function drag(body, changed) {
  /** @type {Element | null} */
  let held = null;
  for (const row of body.querySelectorAll(".order-row")) row.setAttribute("draggable", "true");
  body.addEventListener("dragstart", (event) => {
    held = event.target instanceof Element ? event.target.closest(".order-row") : null;
    held?.classList.add("is-held");
    event.dataTransfer?.setData("text/plain", "");
  });
  body.addEventListener("dragover", (event) => {
    const over = event.target instanceof Element ? event.target.closest(".order-row") : null;
    if (!held || !over || over.parentElement !== held.parentElement) return;
    event.preventDefault();
    if (over === held) return;
    const box = over.getBoundingClientRect();
    if (event.clientY > box.top + box.height / 2) over.after(held);
    else over.before(held);
  });
  body.addEventListener("dragend", () => {
    held?.classList.remove("is-held");
    if (held) {
      use(held);
      changed(false);
    }
    held = null;
  });
}

/** Never more boxes ticked than allowed: the one ticked last wins over none, so it is taken back. @param {HTMLElement} place @param {Interaction} one @param {EventTarget | null} target */
function bound(place, one, target) {
  const many = one.kind === "choice" || one.kind === "hotspot" || one.kind === "match";
  if (!many || !one.most || one.most < 2 || !(target instanceof HTMLInputElement) || target.type !== "checkbox") return;
  if (place.querySelectorAll("input[type=checkbox]:checked").length <= one.most) return;
  target.checked = false;
  const hint = place.querySelector(".item-hint");
  hint?.classList.remove("is-pressing");
  void (hint instanceof HTMLElement && hint.offsetWidth); // restart the emphasis
  hint?.classList.add("is-pressing");
  hint?.setAttribute("role", "alert");
}

/** @param {HTMLElement} place @param {HTMLTextAreaElement} area */
function count(place, area) {
  const shown = place.querySelector(".word-count");
  if (shown) shown.textContent = String(countWords(area.value));
}

/** Slider and number box tell each other. @param {HTMLElement} place @param {HTMLInputElement | HTMLTextAreaElement} source */
function slide(place, source) {
  for (const input of place.querySelectorAll("input")) if (input !== source && source.value !== "") input.value = source.value;
}

/** @param {HTMLElement} place @param {Interaction} one @param {MouseEvent} event */
function point(place, one, event) {
  const target = /** @type {Element} */ (event.target);
  const spot = target.closest("[data-spot]")?.getAttribute("data-spot");
  if (one.spots?.length) {
    const input = [...place.querySelectorAll("input")].find((entry) => entry.value === spot);
    input?.click(); // its own change event does the rest
    return false;
  }
  const picture = place.querySelector(".hotspot-picture")?.getBoundingClientRect();
  if (!picture || !one.width || !one.height) return false;
  const x = Math.round(((event.clientX - picture.left) / picture.width) * one.width);
  const y = Math.round(((event.clientY - picture.top) / picture.height) * one.height);
  const rows = [...place.querySelectorAll(".point-row")];
  const free = rows.find((row) => [...row.querySelectorAll("input")].some((input) => input.value === "")) ?? rows[rows.length - 1];
  const [first, second] = free.querySelectorAll("input");
  first.value = String(x);
  second.value = String(y);
  showSpots(place, one);
  return true;
}

/** Draw what the controls say. @param {HTMLElement} place @param {Interaction} one */
export function showSpots(place, one) {
  const marks = place.querySelector(".hotspot-marks");
  if (!marks) return;
  if (one.spots?.length) {
    const chosen = new Set([...place.querySelectorAll("input:checked")].map((input) => /** @type {HTMLInputElement} */ (input).value));
    for (const mark of marks.querySelectorAll("[data-spot]")) mark.classList.toggle("is-chosen", chosen.has(mark.getAttribute("data-spot") ?? ""));
    return;
  }
  const rows = [...place.querySelectorAll(".point-row")].map((row) => [...row.querySelectorAll("input")].map((input) => input.value));
  marks.replaceChildren(...rows.flatMap(([x, y], at) => (x === "" || y === "" ? [] : [pointMark(Number(x), Number(y), at)])));
}
