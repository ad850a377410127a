/** Lets plain Node run the sources: `@/` and imports without an ending resolve as the bundler resolves them. */
import { existsSync } from "node:fs"
import { registerHooks } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const sources = join(import.meta.dirname, "../src")
const endings = ["", ".ts", ".tsx", "/index.ts"]

registerHooks({
  resolve: (specifier, context, next) => {
    const isOurs = specifier.startsWith("@/")
    if (!isOurs && !/^\.\.?\//.test(specifier)) return next(specifier, context)
    const path = isOurs
      ? join(sources, specifier.slice(2))
      : join(dirname(fileURLToPath(context.parentURL ?? import.meta.url)), specifier)
    const found = endings
      .map((ending) => path + ending)
      .find((file) => /\.(ts|tsx|json)$/.test(file) && existsSync(file))
    return next(found === undefined ? specifier : pathToFileURL(found).href, context)
  },
})
