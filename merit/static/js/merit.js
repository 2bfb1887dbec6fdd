// Comforts only: every page works without this file.
"use strict";

// Filters apply at once when a choice changes.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=date]")) form.requestSubmit();
});

// Empty filters stay out of the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-autosubmit]")) return;
  for (const control of event.target.querySelectorAll("input[name], select[name]")) control.disabled = control.value === "";
});
window.addEventListener("pageshow", () => {
  for (const control of document.querySelectorAll("form[data-autosubmit] :disabled")) control.disabled = false;
});

// Opened menus and confirmations close with Escape or a click beside them.
const open = () => document.querySelectorAll("details.popup[open], details.confirm[open]");
document.addEventListener("click", (event) => {
  for (const details of open()) if (!details.contains(event.target)) details.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const details of open()) {
    details.open = false;
    details.querySelector("summary").focus();
  }
});

// A second press of a button must not send a form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Long lists of choices get a search box.
for (const select of document.querySelectorAll("select[data-search]")) {
  if (select.labels.length) select.setAttribute("aria-label", select.labels[0].textContent.trim());
  new TomSelect(select, { maxOptions: 400, allowEmptyOption: true, plugins: [] });
}

// What is shown holds for some seconds only (the code of a session): fetch the next one when they are over.
for (const link of document.querySelectorAll("[data-reload-after]")) {
  setTimeout(() => location.reload(), 1000 * Number(link.dataset.reloadAfter));
}
