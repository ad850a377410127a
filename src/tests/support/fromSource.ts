/** For Node's `--import`: a program that imports `commander-ai` gets the sources, and no build is needed. */
import { existsSync } from "node:fs"
import { registerHooks } from "node:module"
import { fileURLToPath } from "node:url"

const services = new URL("../../services/", import.meta.url)

/** The package's entries, as in the `exports` of `package.json`. */
const entries: ReadonlyMap<string, string> = new Map([
  ["commander-ai", "ai/index.ts"],
  ["commander-ai/runtime", "runtime.ts"],
  ["commander-ai/configuration", "configuration/index.ts"],
  ["commander-ai/telemetry", "telemetry/index.ts"],
])

/** The sources import without an ending, which the bundler adds. */
const endings = [".ts", "/index.ts"]

registerHooks({
  resolve: (specifier, context, next) => {
    const entry = entries.get(specifier)
    if (entry !== undefined) return next(new URL(entry, services).href, context)
    const file = /^\.\.?\//.test(specifier)
      ? endings
          .map((ending) => new URL(specifier + ending, context.parentURL))
          .find((candidate) => existsSync(fileURLToPath(candidate)))
      : undefined
    return next(file?.href ?? specifier, context)
  },
})
