// Copies the NHS.UK frontend, the NHS App frontend and MapLibre GL JS out of node_modules into web/assets/generated, so that `cargo build` needs
// no Node.
//
//   npm ci && npm run build     write web/assets/generated
//   npm ci && npm run check     fail when what is committed is not what the package gives
//
// What it changes, and why:
//   - the @font-face rules go: Frutiger is licensed for genuine NHS services only and comes from another origin;
//     the stylesheet's own fallback, Arial, stays.
//   - /assets/images/… becomes images/…, relative to the stylesheet, so that one content-hashed folder holds all.
//   - only the images that the stylesheet names are copied: no logo, no NHS icon.
//   - source-map comments go: the maps are not shipped.
//   - of MapLibre, only its module and its worker's are taken: no stylesheet (ours has the few rules that it needs).

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "node_modules", "nhsuk-frontend");
const app = join(here, "..", "node_modules", "nhsapp-frontend");
const maplibre = join(here, "..", "node_modules", "maplibre-gl");
const target = join(here, "generated");

const FONT_FACES = 4;
/** The list of hashes beside the files, as `cargo xtask check` reads it. */
const SEAL = "SHA256SUMS";

/** The files to write, by name relative to `generated/`. */
async function generate() {
  const dist = join(source, "dist", "nhsuk");
  const { version } = JSON.parse(await readFile(join(source, "package.json"), "utf8"));
  const files = new Map();

  let css = await readFile(join(dist, "nhsuk-frontend.min.css"), "utf8");
  let stripped = 0;
  css = css.replace(/@font-face\s*\{[^}]*\}/g, () => {
    stripped += 1;
    return "";
  });
  const urlsInFaces = (await readFile(join(dist, "nhsuk-frontend.min.css"), "utf8")).match(/https:\/\/assets\.nhs\.uk\//g) ?? [];
  if (urlsInFaces.length !== FONT_FACES) {
    throw new Error(`expected ${FONT_FACES} font addresses, found ${urlsInFaces.length}: read the new stylesheet before shipping it`);
  }
  if (stripped === 0) throw new Error("no @font-face rule was found to strip");
  css = css.replaceAll("Frutiger W01,", "");
  css = css.replace(/url\((["']?)\/assets\/images\//g, "url($1images/");
  css = css.replace(/\/\*# sourceMappingURL=.*?\*\/\s*$/, "");
  if (/https?:\/\/(?!www\.w3\.org\/)/.test(css.replace(/\/\*[\s\S]*?\*\//g, ""))) {
    throw new Error("the stylesheet still names another origin");
  }
  files.set("nhsuk-frontend.css", `/* nhsuk-frontend ${version}, MIT licence, © Crown copyright (NHS England). Changed by web/assets/build.mjs. */\n${css}\n`);

  const js = (await readFile(join(dist, "nhsuk-frontend.min.js"), "utf8")).replace(/\/\/# sourceMappingURL=.*\s*$/, "");
  files.set("nhsuk-frontend.js", `/* nhsuk-frontend ${version}, MIT licence, © Crown copyright (NHS England). */\n${js}\n`);

  const look = JSON.parse(await readFile(join(app, "package.json"), "utf8"));
  const appCss = (await readFile(join(app, "dist", `nhsapp-${look.version}.min.css`), "utf8")).replace(/\/\*# sourceMappingURL=.*?\*\/\s*$/, "");
  if (/url\(|@import|@font-face/.test(appCss)) throw new Error("the NHS App stylesheet loads something: read it before shipping it");
  files.set("nhsapp-frontend.css", `/* nhsapp-frontend ${look.version}, MIT licence, © Crown copyright (NHS England). */\n${appCss}\n`);

  const images = new Set([...css.matchAll(/url\(["']?images\/([^)"']+)/g)].map((found) => found[1]));
  for (const image of images) {
    files.set(join("images", image), await readFile(join(dist, "assets", "images", image), "utf8"));
  }
  const map = JSON.parse(await readFile(join(maplibre, "package.json"), "utf8"));
  for (const name of ["maplibre-gl.mjs", "maplibre-gl-worker.mjs"]) {
    const text = (await readFile(join(maplibre, "dist", name), "utf8")).replace(/\/\/# sourceMappingURL=.*\s*$/, "");
    files.set(name, `/* ${map.name} ${map.version}, BSD-3-Clause licence, © MapLibre contributors; see NOTICE. */\n${text}\n`);
  }

  const sums = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `${createHash("sha256").update(text).digest("hex")}  ${name}\n`);
  files.set(SEAL, sums.join(""));
  return files;
}

async function existing(folder) {
  const found = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    found.set(relative(folder, path), await readFile(path, "utf8"));
  }
  return found;
}

const wanted = await generate();
if (process.argv.includes("--check")) {
  const found = await existing(target);
  const stale = [...new Set([...wanted.keys(), ...found.keys()])].filter((name) => wanted.get(name) !== found.get(name));
  if (stale.length > 0) {
    console.error(`web/assets/generated is stale (${stale.join(", ")}): run \`npm run build\` in web/`);
    process.exit(1);
  }
  console.log(`web/assets/generated is fresh (${wanted.size} files)`);
} else {
  await rm(target, { recursive: true, force: true });
  for (const [name, text] of wanted) {
    const path = join(target, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  console.log(`wrote ${wanted.size} files to web/assets/generated`);
}
