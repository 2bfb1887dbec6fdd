// Rebuilds merit/static/vendor, merit/web/typst/fonts and the icon shapes from npm packages.
// Developers only: `npm ci && npm run build` in this folder (`npm run build -- --generous` while pages are being written). What it writes is committed.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PurgeCSS } from "purgecss";
import subsetFont from "subset-font";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const modules = path.join(here, "node_modules");
const vendor = path.join(root, "merit/static/vendor");
const pdfFonts = path.join(root, "merit/web/typst/fonts");
const shapes = path.join(root, "templates/components/icon_shapes.html");

// Latin, and the signs that reports need beyond it.
const RANGES = [[0x20, 0x7e], [0xa0, 0x17f], [0x1e00, 0x1eff], [0x2010, 0x2027], [0x2030, 0x203a]];
const SIGNS = "Σσμθλαβ≥≤≠≈±×÷−√∞→←↑↓↔↗↘⇅·•…–—“”„«»‹›‰′″№©®™€Rp°²³¹¼½¾✓✕✗■□▲▼◆○●★☆⌘\u202f\u2007\u2009";
const TEXT = RANGES.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)))
  .join("") + SIGNS;

// Classes put together in templates, which the purge cannot see whole.
const COMPOSED = [
  /^(html|body|show|active|disabled|is-invalid|visually-hidden.*)$/, /^htmx/, /data-bs-theme/,
  /^(bg|text|border|status)-(primary|secondary|success|warning|danger|info|azure|blue|green|orange|red|yellow)(-lt)?$/,
  /^(alert|btn|btn-outline)-(primary|secondary|success|warning|danger|info)$/,
  /^(m|p|g|gap)[tbsexy]?-[0-5]$/, /^col(-(sm|md|lg|xl))?(-(auto|[0-9]+))?$/,
];
// With --generous: what pages being written may want before anything uses it.
const GENEROUS = [
  /^(m|p|g|gap|row-gap|column-gap)[tbsexy]?-(0|1|2|3|4|5|auto)$/,
  /^(d|flex|justify-content|align-items|align-self|order|text)(-(sm|md|lg|xl))?-(none|inline|block|flex|grid|table-cell|row|column|wrap|nowrap|fill|start|end|center|between|baseline|stretch|first|last)$/,
  /^(row-cols|row|container|offset)(-|$)/, /^(w|h|mw|mh)-(25|50|75|100|auto)$/, /^(fs|fw|lh|list|border|rounded|shadow|position|top|bottom|start|end|overflow)(-|$)/,
  /^h[1-6]$/, /^(lead|small)$/, /^text-(muted|body|white|reset|nowrap|break|uppercase|truncate)/,
  /^(card|table|alert|form|input|nav|page|breadcrumb|pagination|datagrid|empty|steps|step|progress|status|avatar|list|dropdown|subheader|hr|divide|space|icon|timeline|tag|accordion)(-|$)/,
];
const SAFE = process.argv.includes("--generous") ? [...COMPOSED, ...GENEROUS] : COMPOSED;

async function files(folder, extension) {
  const found = await readdir(path.join(root, folder), { recursive: true });
  return found.filter((name) => name.endsWith(extension)).map((name) => path.join(root, folder, name));
}

async function purge(source) {
  const content = [...(await files("templates", ".html")), ...(await files("merit", ".py")), ...(await files("merit/static/js", ".js"))];
  const [result] = await new PurgeCSS().purge({
    content,
    css: [{ raw: await readFile(source, "utf8") }],
    fontFace: true,
    keyframes: true,
    variables: false,
    safelist: { standard: SAFE },
    defaultExtractor: (text) => text.match(/[\w-/:.]+(?<!:)/g) ?? [],
  });
  return result.css.replace(/\/\*# sourceMappingURL=.*?\*\//g, "");
}

async function fonts() {
  const variable = await readFile(path.join(modules, "inter-ui/variable/InterVariable.woff2"));
  const web = await subsetFont(variable, TEXT, {
    targetFormat: "woff2", variationAxes: { wght: { min: 400, max: 700, default: 400 }, opsz: 14 },
    keepFeatures: ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "case", "zero", "frac"],
  });
  await mkdir(path.join(vendor, "fonts"), { recursive: true });
  await writeFile(path.join(vendor, "fonts/inter.woff2"), web);
  await mkdir(pdfFonts, { recursive: true });
  for (const weight of ["Regular", "Italic", "Medium", "SemiBold", "Bold"]) {
    const font = await readFile(path.join(modules, `inter-ui/web/Inter-${weight}.woff2`));
    await writeFile(path.join(pdfFonts, `Inter-${weight}.ttf`), await subsetFont(font, TEXT, { targetFormat: "truetype", noHinting: true }));
  }
  await cp(path.join(modules, "inter-ui/LICENSE.txt"), path.join(pdfFonts, "LICENSE.txt"));
}

async function iconShapes() {
  const wanted = [...new Set((await readFile(path.join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean))].sort();
  const lines = [];
  for (const name of wanted) {
    const svg = await readFile(path.join(modules, `@tabler/icons/icons/outline/${name}.svg`), "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "")
      .replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "").replaceAll(" />", "/>");
    lines.push(`  "${name}": '${inner.replaceAll("'", '"')}',`);
  }
  const note = "{# Written by deploy/assets/build.mjs from @tabler/icons (MIT); the names are in deploy/assets/icons.txt. #}";
  await writeFile(shapes, [note, "{% set shapes = {", ...lines, "} %}", ""].join("\n"));
}

async function licences() {
  const sources = { "tabler": "@tabler/core", "tabler-icons": "@tabler/icons", "htmx": "htmx.org", "inter": "inter-ui", "tom-select": "tom-select" };
  await mkdir(path.join(vendor, "licences"), { recursive: true });
  for (const [name, folder] of Object.entries(sources)) {
    const file = (await readdir(path.join(modules, folder))).find((entry) => /^licen[sc]e/i.test(entry));
    if (file) await cp(path.join(modules, folder, file), path.join(vendor, "licences", `${name}.txt`));
  }
}

async function manifest() {
  const origin = {
    "merit/static/vendor/tabler.css": "@tabler/core", "merit/static/vendor/htmx.min.js": "htmx.org",
    "templates/components/icon_shapes.html": "@tabler/icons",
    "merit/static/vendor/tom-select.min.js": "tom-select", "merit/static/vendor/tom-select.css": "tom-select",
  };
  const list = [...(await files("merit/static/vendor", "")), ...(await files("merit/web/typst/fonts", ".ttf")), shapes]
    .map((file) => path.relative(root, file)).filter((file) => /\.(css|js|woff2|ttf|html)$/.test(file)).sort();
  const entries = [];
  for (const file of list) {
    const source = origin[file] ?? "inter-ui";
    const about = JSON.parse(await readFile(path.join(modules, source, "package.json"), "utf8"));
    const sha256 = createHash("sha256").update(await readFile(path.join(root, file))).digest("hex");
    entries.push({ file, name: source, version: about.version, licence: about.license, sha256 });
  }
  await writeFile(path.join(vendor, "manifest.json"), JSON.stringify(entries, null, 2) + "\n");
}

await rm(vendor, { recursive: true, force: true });
await mkdir(vendor, { recursive: true });
await writeFile(path.join(vendor, "tabler.css"), await purge(path.join(modules, "@tabler/core/dist/css/tabler.min.css")));
await cp(path.join(modules, "htmx.org/dist/htmx.min.js"), path.join(vendor, "htmx.min.js"));
const select = await readFile(path.join(modules, "tom-select/dist/js/tom-select.base.min.js"), "utf8");
await writeFile(path.join(vendor, "tom-select.min.js"), select.replace(/\/\/# sourceMappingURL=.*/g, ""));
const selectCss = await readFile(path.join(modules, "tom-select/dist/css/tom-select.bootstrap5.min.css"), "utf8");
await writeFile(path.join(vendor, "tom-select.css"), selectCss.replace(/\/\*# sourceMappingURL=.*?\*\//g, ""));
await fonts();
await iconShapes();
await licences();
await manifest();
