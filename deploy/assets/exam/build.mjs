// Bundles the exam's client and its styles into merit/static/exam. `npm run exam` in deploy/assets; what it writes is committed.
// `npm run exam -- FOLDER` writes elsewhere, for the test that compares.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? path.resolve(here, "../../../merit/static/exam");
const common = { bundle: true, minify: true, target: ["chrome109", "firefox115", "safari16"], legalComments: "none", charset: "utf8", logLevel: "warning" };

await build({ ...common, format: "esm", entryPoints: [path.join(here, "main.js")], outfile: path.join(target, "exam.js") });
await build({ ...common, format: "iife", entryPoints: [path.join(here, "worker/sw.js")], outfile: path.join(target, "sw.js") });
for (const style of ["exam", "item"]) await build({ ...common, entryPoints: [path.join(here, `${style}.css`)], outfile: path.join(target, `${style}.css`) });
