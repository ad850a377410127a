"use strict";
/**
 * Adds the platform packages that npm left out of package-lock.json, so that `npm ci` takes it everywhere.
 *
 * npm writes only those optional packages into the lockfile that the registry of the moment could show; `npm ci`
 * then refuses the lockfile ("Missing: @scope/binding-darwin-arm64@ from lock file"). What is missing follows from
 * the lockfile itself: the exact version from the package that wants it, the platform from its name.
 */
const fs = require("fs");
const path = require("path");

const operatingSystems = ["aix", "android", "darwin", "freebsd", "linux", "openharmony", "sunos", "win32"];
const processors = ["arm64", "arm", "ia32", "loong64", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/** `@oxlint/binding-linux-x64-musl` → `{ os: ["linux"], cpu: ["x64"], libc: ["musl"] }`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const platform = {};
  const os = words.filter((word) => operatingSystems.includes(word));
  const cpu = words.filter((word) => processors.includes(word));
  if (os.length > 0) platform.os = os;
  if (cpu.length > 0) platform.cpu = cpu;
  if (words.some((word) => word.startsWith("musl"))) platform.libc = ["musl"];
  else if (os[0] === "linux" && words.some((word) => word.startsWith("gnu"))) platform.libc = ["glibc"];
  return platform;
}

/** Where Node would find `name` from the package at `from`: its own node_modules, then every one above. */
function lookupPaths(from, name) {
  const parts = from === "" ? [] : from.split(/(?:^|\/)node_modules\//).slice(1);
  const paths = [];
  for (let depth = parts.length; depth >= 0; depth--) {
    paths.push(
      parts
        .slice(0, depth)
        .concat(name)
        .map((part) => "node_modules/" + part)
        .join("/"),
    );
  }
  return paths;
}

const sorted = (record) =>
  Object.fromEntries(
    Object.keys(record)
      .sort((a, b) => a.localeCompare(b, "en"))
      .map((key) => [key, record[key]]),
  );

/** The optional packages that are wanted and have no entry: `[{ name, at, entry }]`. */
function missingEntries(lock) {
  const missing = new Map();
  for (const [from, wanting] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(wanting.optionalDependencies || {})) {
      if (lookupPaths(from, name).some((at) => lock.packages[at] !== undefined)) continue;
      const entry = sorted(
        Object.assign(wanting.dev ? { dev: true } : {}, { optional: true }, platformOf(name)),
      );
      missing.set(name, { name, at: "node_modules/" + name, entry: Object.assign({ version }, entry) });
    }
  }
  return Array.from(missing.values());
}

function main() {
  const file = path.join(__dirname, "..", "package-lock.json");
  const lock = JSON.parse(fs.readFileSync(file, "utf8"));
  const missing = missingEntries(lock);
  const unknown = missing.filter(({ entry }) => !/^\d/.test(entry.version) || (!entry.os && !entry.cpu));
  if (unknown.length > 0) {
    console.error(
      "Neither version nor platform follows from the name: " + unknown.map((one) => one.name).join(", "),
    );
    process.exit(1);
  }
  if (missing.length === 0) return;
  for (const { at, entry } of missing) lock.packages[at] = entry;
  lock.packages = sorted(lock.packages);
  fs.writeFileSync(file, JSON.stringify(lock, null, 2) + "\n");
  console.log("Added " + missing.length + " platform packages to package-lock.json.");
}

module.exports = { missingEntries, platformOf };
if (require.main === module) main();
