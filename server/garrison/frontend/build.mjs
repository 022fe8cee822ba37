// Builds what a browser adds to the pages: `node build.mjs OUT` writes the bundle, its style sheets and a manifest.
// Called by server/build_frontend.py, which knows where OUT is and when there is something to do.
import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { countries, outline } from "./atlas.mjs";

const out = process.argv[2];
if (!out) throw new Error("usage: node build.mjs OUT");

// One entry for every page, and a sheet for each heavy part: the rest is split off and fetched when it is opened.
const entries = ["page.ts", ...readdirSync("src").filter((file) => file.endsWith(".css"))];
const result = await build({
  entryPoints: entries.map((file) => join("src", file)),
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  metafile: true,
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".png": "file", ".svg": "file" },
  logLevel: "warning",
});

const manifest = {};
for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs)) {
  if (entryPoint?.startsWith("src/") && entries.includes(basename(entryPoint))) {
    manifest[basename(entryPoint).replace(/\.ts$/, ".js")] = basename(file);
  }
}
// Bases of maps: the server draws on an outline, and a map that is opened loads the countries.
for (const [detail, tolerance] of [["110m", 0], ["50m", 0], ["10m", 0.002]]) {
  const { index, points } = outline(detail, tolerance);
  writeFileSync(join(out, `outline-${detail}.json`), JSON.stringify(index));
  writeFileSync(join(out, `outline-${detail}.bin`), Buffer.from(points.buffer));
}
const base = JSON.stringify(countries("10m", 0.02));
manifest["countries.json"] = `countries-${createHash("sha256").update(base).digest("hex").slice(0, 8)}.json`;
writeFileSync(join(out, manifest["countries.json"]), base);

writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1));
