/** Files that are read again and again, and changed in between. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readParsed } from "@/server/files"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

describe("a file that is parsed", () => {
  it.effect("is read and parsed anew only when it has changed, whichever way", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "values.txt")
      const parsed: Array<string | undefined> = []
      const read = readParsed(path, (text) =>
        Effect.sync(() => {
          parsed.push(text)
          return text ?? "nothing"
        }),
      )
      assert.strictEqual(yield* read, "nothing")
      assert.strictEqual(yield* read, "nothing")
      writeFileSync(path, "one")
      assert.strictEqual(yield* read, "one")
      assert.strictEqual(yield* read, "one")
      writeFileSync(`${path}.new`, "two")
      renameSync(`${path}.new`, path)
      assert.strictEqual(yield* read, "two")
      rmSync(path)
      assert.strictEqual(yield* read, "nothing")
      assert.deepStrictEqual(parsed, [undefined, "one", "two", undefined])
    }).pipe(Effect.scoped),
  )

  it.effect("that cannot be read fails at every call, until it can", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "values.txt")
      const read = readParsed(path, (text) => Effect.succeed(text ?? "nothing"))
      mkdirSync(path)
      assert.include((yield* Effect.flip(read)).message, path)
      assert.include((yield* Effect.flip(read)).message, path)
      rmSync(path, { recursive: true })
      writeFileSync(path, "mended")
      assert.strictEqual(yield* read, "mended")
    }).pipe(Effect.scoped),
  )
})
