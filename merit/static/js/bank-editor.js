// The editor of rich text: a page to write on above each textarea. Without this file the textarea takes plain text
// or HTML; whatever comes, the server cleans it.
"use strict";

const indonesian = document.documentElement.lang !== "en";
const say = (id, en) => (indonesian ? id : en);
const form = document.querySelector("form.bank-editor");
const upload = form?.dataset.upload;
const token = form?.querySelector("input[name=csrf_token]")?.value;
const MATH = {
  fraction: "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>",
  power: "<math><msup><mi>x</mi><mn>2</mn></msup></math>",
  root: "<math><msqrt><mi>x</mi></msqrt></math>",
};
const TABLE = `<table><tbody>${"<tr><td> </td><td> </td></tr>".repeat(2)}</tbody></table><p><br></p>`;

// Pictures stand in the text as media:<sha256>; the page shows them by the address that the server told.
const addresses = new Map(Object.entries(JSON.parse(form?.dataset.media || "{}")));
const quiet = document.implementation.createHTMLDocument("");
const toPage = (text) =>
  text.replace(/src="(media:[0-9a-f]{64})"/g, (whole, name) =>
    addresses.has(name) ? `src="${addresses.get(name)}" data-medium="${name}"` : `src="" data-medium="${name}"`);
const fromPage = (page) => {
  const copy = quiet.importNode(page, true); // a document that loads nothing
  for (const medium of copy.querySelectorAll("[data-medium]")) {
    medium.setAttribute("src", medium.dataset.medium);
    medium.removeAttribute("data-medium");
  }
  const html = copy.innerHTML.replace(/<div><br><\/div>/g, "").trim();
  return copy.textContent.trim() || copy.querySelector("img, audio, math") ? html : "";
};
const isPlain = (text) => !/<\/?[a-z]/i.test(text);
const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const paragraphs = (text) =>
  text.trim() ? text.trim().split(/\n{2,}/).map((part) => `<p>${escape(part).replace(/\n/g, "<br>")}</p>`).join("") : "<p><br></p>";

async function send(file) {
  const body = new FormData();
  body.append("berkas", file);
  const answer = await fetch(upload, { method: "POST", body, headers: { "X-CSRFToken": token } });
  const told = await answer.json().catch(() => ({ message: say("Unggahan gagal. Coba lagi.", "Upload failed. Try again.") }));
  if (!answer.ok) throw new Error(told.message);
  addresses.set(told.reference, told.address);
  return told;
}

function dress(textarea) {
  const box = document.createElement("div");
  const tools = document.createElement("div");
  const page = document.createElement("div");
  box.className = "rich";
  tools.className = "rich-tools";
  tools.setAttribute("role", "toolbar");
  tools.setAttribute("aria-label", say("Alat tulis", "Writing tools"));
  page.className = "rich-page";
  page.contentEditable = "true";
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  if (label) {
    label.id ||= `${textarea.id}-label`;
    page.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => page.focus());
  }
  const described = textarea.getAttribute("aria-describedby");
  if (described) page.setAttribute("aria-describedby", described);
  page.innerHTML = isPlain(textarea.value) ? paragraphs(textarea.value) : toPage(textarea.value);
  page.dataset.rows = Math.min(textarea.rows, 8);
  const keep = () => {
    textarea.value = fromPage(page);
  };
  page.addEventListener("input", keep);
  page.addEventListener("paste", (event) => {
    event.preventDefault();
    const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
    if (file) place(file);
    else document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });

  // Where the caret was last; insertHTML of the browser would bring styles along, which the policy forbids.
  let caret = null;
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (selection.rangeCount && page.contains(selection.anchorNode)) caret = selection.getRangeAt(0).cloneRange();
  });
  function insert(html) {
    const range = caret && page.contains(caret.startContainer) ? caret : document.createRange();
    if (range !== caret) {
      range.selectNodeContents(page.lastElementChild || page);
      range.collapse(false);
    }
    const fragment = range.createContextualFragment(html);
    const last = fragment.lastChild;
    range.deleteContents();
    range.insertNode(fragment);
    range.setStartAfter(last);
    range.collapse(true);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }

  async function place(file) {
    try {
      const told = await send(file);
      page.focus();
      const source = `src="${told.address}" data-medium="${told.reference}"`;
      const html = told.type.startsWith("audio/")
        ? `<p><audio ${source} controls></audio></p>`
        : `<img ${source} alt="" width="${told.width}" height="${told.height}">`;
      insert(html);
      if (!told.type.startsWith("audio/")) {
        const text = prompt(say("Apa yang terlihat pada gambar ini?", "What does this picture show?"), "");
        page.querySelector(`img[data-medium="${told.reference}"]`)?.setAttribute("alt", text || "");
      }
      keep();
    } catch (error) {
      alert(error.message);
    }
  }

  const picker = document.createElement("input");
  picker.type = "file";
  picker.accept = "image/png,image/jpeg,image/webp,image/gif,audio/mpeg,audio/ogg,audio/wav";
  picker.addEventListener("change", () => picker.files[0] && place(picker.files[0]));
  const run = (command, value) => () => {
    page.focus();
    document.execCommand(command, false, value);
    keep();
  };
  const add = (html) => () => {
    insert(html);
    keep();
  };
  const source = () => {
    const writing = box.contains(textarea);
    if (writing) {
      page.innerHTML = toPage(textarea.value);
      box.after(textarea);
      textarea.hidden = true;
      page.hidden = false;
    } else {
      keep();
      box.append(textarea);
      textarea.hidden = false;
      page.hidden = true;
      textarea.focus();
    }
  };
  const buttons = [
    ["B", say("Tebal", "Bold"), run("bold")],
    ["I", say("Miring", "Italic"), run("italic")],
    ["U", say("Garis bawah", "Underline"), run("underline")],
    ["x₂", say("Indeks bawah", "Subscript"), run("subscript")],
    ["x²", say("Pangkat", "Superscript"), run("superscript")],
    ["•", say("Daftar", "List"), run("insertUnorderedList")],
    ["1.", say("Daftar bernomor", "Numbered list"), run("insertOrderedList")],
    ["▦", say("Tabel", "Table"), add(TABLE)],
    ["½", say("Pecahan", "Fraction"), add(`${MATH.fraction}&nbsp;`)],
    ["xⁿ", say("Pangkat rumus", "Power"), add(`${MATH.power}&nbsp;`)],
    ["√", say("Akar", "Root"), add(`${MATH.root}&nbsp;`)],
    [say("Gambar", "Picture"), say("Gambar atau suara", "Picture or sound"), () => picker.click()],
    ["HTML", say("Lihat HTML", "Show HTML"), source],
  ];
  for (const [sign, name, act] of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", act);
    tools.append(button);
  }
  box.append(tools, page);
  textarea.before(box);
  textarea.hidden = true;
}

for (const textarea of document.querySelectorAll("textarea[data-rich]")) dress(textarea);

// Choices grow with their text.
const grow = (area) => {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
};
for (const area of document.querySelectorAll("textarea[data-grow]")) {
  grow(area);
  area.addEventListener("input", () => grow(area));
}

// Ctrl+S saves; leaving with unsaved words asks.
let touched = false;
form?.addEventListener("input", () => {
  touched = true;
});
form?.addEventListener("submit", () => {
  touched = false;
});
window.addEventListener("beforeunload", (event) => {
  if (touched) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (!form || event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(".form-buttons button[value=simpan]"));
});
