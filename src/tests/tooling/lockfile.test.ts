import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

interface Lock {
  readonly packages: Readonly<Record<string, object>>
}
interface CompleteLockfile {
  readonly missingEntries: (lock: Lock) => ReadonlyArray<{ readonly name: string; readonly entry: object }>
  readonly platformOf: (name: string) => object
}
const load = createRequire(import.meta.url)
const { missingEntries, platformOf } = load(
  join(process.cwd(), "scripts/complete-lockfile.cjs"),
) as CompleteLockfile

describe("package-lock.json", () => {
  const text = readFileSync("package-lock.json", "utf8")

  it("has an entry for every platform, or `npm ci` refuses it (mended by `npm run lockfile`)", () => {
    expect(missingEntries(JSON.parse(text) as Lock)).toEqual([])
  })

  it("names no registry", () => {
    expect(text).not.toContain(`"resolved"`)
  })
})

describe("complete-lockfile", () => {
  it.each([
    ["@oxlint/binding-darwin-arm64", { os: ["darwin"], cpu: ["arm64"] }],
    ["@oxlint/binding-linux-x64-musl", { os: ["linux"], cpu: ["x64"], libc: ["musl"] }],
    ["@oxlint/binding-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"], libc: ["glibc"] }],
    ["@tailwindcss/oxide-wasm32-wasi", { cpu: ["wasm32"] }],
  ])("reads the platform of %s from its name", (name, platform) => {
    expect(platformOf(name)).toEqual(platform)
  })

  it("finds what is wanted and nowhere to be found", () => {
    const optionalDependencies = {
      "nested-linux-x64": "1.0.0",
      "hoisted-linux-x64": "1.0.0",
      "gone-win32-x64": "2.0.0",
    }
    const packages = {
      "node_modules/a": { dev: true, optionalDependencies },
      "node_modules/a/node_modules/nested-linux-x64": {},
      "node_modules/hoisted-linux-x64": {},
    }
    const entry = { version: "2.0.0", cpu: ["x64"], dev: true, optional: true, os: ["win32"] }
    expect(missingEntries({ packages })).toEqual([
      { name: "gone-win32-x64", at: "node_modules/gone-win32-x64", entry },
    ])
  })
})
