// Builds the theme into one folder: styles, scripts, fonts, icons, compressed siblings.
//   node build.mjs --out DIR --plugins DIR
// Only what a template names is taken: an icon nobody uses is not shipped.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Mustache from "mustache";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { out: { type: "string" }, plugins: { type: "string" } } });
const out = resolve(values.out ?? join(here, "../../build/theme"));
const plugins = resolve(values.plugins ?? join(here, "../../plugins"));
const modules = join(here, "node_modules");
const PARTS = ["layouts", "pages", "partials", "locales", "assets"];

function filesUnder(folder, extension) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && extname(path) === extension);
}

function copyTree() {
  // Only what this build makes: CMake keeps files of its own in the same folder.
  for (const part of PARTS) rmSync(join(out, part), { recursive: true, force: true });
  mkdirSync(join(out, "assets/css"), { recursive: true });
  cpSync(join(here, "theme.json"), join(out, "theme.json"));
  for (const part of PARTS) {
    cpSync(join(here, part), join(out, part), { recursive: true });
  }
}

function iconBody(name) {
  const path = join(modules, "lucide-static/icons", `${name}.svg`);
  if (!existsSync(path)) throw new Error(`there is no lucide icon "${name}"; see https://lucide.dev/icons`);
  return readFileSync(path, "utf8").replace(/<!--.*?-->/gs, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "")
    .replace(/\s*\n\s*/g, "").trim();
}

// An icon that a template names becomes a partial drawn in place; icons named by data
// (navigation entries) come from one sprite, listed in theme.json.
function icons() {
  const named = new Set();
  const folders = [here, ...readdirSync(plugins).map((plugin) => join(plugins, plugin, "templates"))];
  for (const folder of folders) {
    const roots = folder === here ? ["layouts", "pages", "partials", "src/styleguide"].map((part) => join(here, part)) : [folder];
    for (const file of roots.flatMap((root) => filesUnder(root, ".mustache"))) {
      for (const match of readFileSync(file, "utf8").matchAll(/\{\{>\s*icon\/([a-z0-9-]+)\s*\}\}/g)) named.add(match[1]);
    }
  }
  mkdirSync(join(out, "partials/icon"), { recursive: true });
  for (const name of named) {
    writeFileSync(join(out, `partials/icon/${name}.mustache`),
      `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${iconBody(name)}</svg>`);
  }
  const symbols = JSON.parse(readFileSync(join(here, "theme.json"), "utf8")).icons
    .map((name) => `<symbol id="${name}" viewBox="0 0 24 24">${iconBody(name)}</symbol>`);
  writeFileSync(join(out, "assets/icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
  return named.size;
}

// The style guide shows each component with sample values. They are filled in here, so that
// the page needs nothing from a server; texts and assets stay for the server to resolve.
function styleguide() {
  const guide = join(here, "src/styleguide");
  const samples = JSON.parse(readFileSync(join(guide, "samples.json"), "utf8"));
  const keep = (tag) => () => (content) => `{{#${tag}}}${content}{{/${tag}}}`;
  const names = JSON.parse(readFileSync(join(here, "theme.json"), "utf8")).icons;
  const instant = () => (name, render) => new Date(Number(render(`{{${name}}}`)) / 1000).toUTCString();
  const view = { ...samples, format_datetime: instant, csrf_token: "sample", icons: names.map((icon) => ({ icon })), t: keep("t"), asset: keep("asset") };
  const partial = (name) => readFileSync(join(out, "partials", `${name}.mustache`), "utf8");
  const page = Mustache.render(readFileSync(join(guide, "styleguide.mustache"), "utf8"), view, partial);
  writeFileSync(join(out, "pages/styleguide.mustache"), page);
}

function fonts() {
  mkdirSync(join(out, "assets/fonts"), { recursive: true });
  const files = {
    "inter-latin": "inter/files/inter-latin-wght-normal",
    "noto-sans-sinhala": "noto-sans-sinhala/files/noto-sans-sinhala-sinhala-wght-normal",
    "noto-sans-tamil": "noto-sans-tamil/files/noto-sans-tamil-tamil-wght-normal",
  };
  for (const [name, source] of Object.entries(files)) {
    cpSync(join(modules, "@fontsource-variable", `${source}.woff2`), join(out, `assets/fonts/${name}.woff2`));
  }
}

function styles() {
  const cli = join(modules, "@tailwindcss/cli/dist/index.mjs");
  for (const [source, sheet] of [["site.css", "site.css"], ["frame-sheet.css", "frame.css"]]) {
    execFileSync(process.execPath, [cli, "-i", join(here, "src/css", source), "-o", join(out, "assets/css", sheet), "--minify"],
      { cwd: here, stdio: ["ignore", "ignore", "pipe"] });
  }
  cpSync(join(modules, "uplot/dist/uPlot.min.css"), join(out, "assets/css/uplot.css"));
}

function scripts() {
  mkdirSync(join(out, "assets/js"), { recursive: true });
  for (const file of readdirSync(join(here, "src/js")).filter((name) => name.endsWith(".js"))) {
    cpSync(join(here, "src/js", file), join(out, "assets/js", file));
  }
  // Small files to write, one file to load: each keeps its names to itself in a block.
  const parts = readdirSync(join(here, "src/js/frame")).sort();
  writeFileSync(join(out, "assets/js/frame.js"),
    parts.map((file) => `{\n${readFileSync(join(here, "src/js/frame", file), "utf8")}}\n`).join(""));
  cpSync(join(modules, "htmx.org/dist/htmx.min.js"), join(out, "assets/js/htmx.js"));
  cpSync(join(modules, "uplot/dist/uPlot.iife.min.js"), join(out, "assets/js/uplot.js"));
}

function compress() {
  for (const path of [".css", ".js", ".svg"].flatMap((extension) => filesUnder(join(out, "assets"), extension))) {
    const content = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
  }
}

copyTree();
const count = icons();
styleguide();
fonts();
styles();
scripts();
compress();
const size = statSync(join(out, "assets/css/site.css.br")).size;
console.log(`theme "default": ${count} icons, site.css ${(size / 1024).toFixed(1)} KiB compressed`);
