/** What runs before a new enough Node is there must be read by any Node. */
import { readFileSync } from "node:fs"
import ts from "typescript"
import { describe, expect, it } from "vitest"

const transpile = (source: string, target: ts.ScriptTarget): string =>
  ts.transpileModule(source, { compilerOptions: { target, module: ts.ModuleKind.CommonJS } }).outputText

describe.each(["bin/commander.cjs", "bin/findNode.cjs", "scripts/prepare.cjs", "scripts/start.cjs"])(
  "%s",
  (file) => {
    const source = readFileSync(file, "utf8")

    it("has no syntax that is younger than ES2019", () => {
      // `import()` is younger, but stands where only a new Node comes.
      const withoutImport = source.replace("import(", "load(")
      expect(transpile(withoutImport, ts.ScriptTarget.ES2019)).toBe(
        transpile(withoutImport, ts.ScriptTarget.ESNext),
      )
    })

    it("requires nothing that an install brings", () => {
      const required = [...source.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name)
      const builtins = ["child_process", "crypto", "fs", "module", "path", "url"]
      expect(required.filter((name) => !builtins.includes(name ?? "") && !name?.startsWith("."))).toEqual([])
    })
  },
)
