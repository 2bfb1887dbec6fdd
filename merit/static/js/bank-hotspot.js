// Draw places on a picture: press and drag fills the row that has the focus (or the first empty one).
"use strict";

const picture = document.querySelector("[data-places]");
const rows = [...document.querySelectorAll("input[data-place]")];
let chosen = rows.find((row) => !row.value) || rows[0];

const mark = () => {
  for (const row of rows) row.closest(".bank-row").classList.toggle("is-current", row === chosen);
};

function draw() {
  const svg = picture.querySelector("svg");
  svg.replaceChildren();
  for (const row of rows) {
    const numbers = row.value.split(/[\s,;]+/).filter(Boolean).map(Number);
    const round = row.closest(".bank-row").querySelector("select").value === "circle";
    if (numbers.length !== (round ? 3 : 4) || numbers.some(Number.isNaN)) continue;
    const [a, b, c, d] = numbers;
    const shape = document.createElementNS("http://www.w3.org/2000/svg", round ? "circle" : "rect");
    const values = round ? { cx: a, cy: b, r: c } : { x: a, y: b, width: Math.max(c - a, 0), height: Math.max(d - b, 0) };
    for (const [name, value] of Object.entries(values)) shape.setAttribute(name, value);
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    text.setAttribute("x", round ? a : (a + c) / 2);
    text.setAttribute("y", round ? b : (b + d) / 2);
    text.textContent = row.dataset.place;
    svg.append(shape, text);
  }
}

function point(event) {
  const image = picture.querySelector("img");
  const frame = image.getBoundingClientRect();
  const [width, height] = [Number(image.getAttribute("width")), Number(image.getAttribute("height"))];
  const at = (value, size) => Math.round(Math.min(Math.max(value, 0), size));
  return [at(((event.clientX - frame.left) / frame.width) * width, width), at(((event.clientY - frame.top) / frame.height) * height, height)];
}

if (picture && rows.length) {
  let start = null;
  picture.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    start = point(event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!start || !chosen) return;
    const [x, y] = point(event);
    const round = chosen.closest(".bank-row").querySelector("select").value === "circle";
    const radius = Math.round(Math.hypot(x - start[0], y - start[1]));
    const box = [Math.min(x, start[0]), Math.min(y, start[1]), Math.max(x, start[0]), Math.max(y, start[1])];
    chosen.value = (round ? [...start, radius] : box).join(" ");
    draw();
  });
  picture.addEventListener("pointerup", () => {
    start = null;
    chosen?.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const row of rows) {
    row.addEventListener("focus", () => {
      chosen = row;
      mark();
    });
    row.addEventListener("input", draw);
    row.closest(".bank-row").querySelector("select").addEventListener("change", draw);
  }
  mark();
}
