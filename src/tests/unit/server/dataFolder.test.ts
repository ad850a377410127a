/** The data folder belongs to its user and to one server at a time. */
import { spawn, type ChildProcess } from "node:child_process"
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { defaultDataFolder, lockDataFolder, prepareDataFolder } from "@/server/dataFolder"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

describe("defaultDataFolder", () => {
  it("is COMMANDER_HOME, else .commander at home", () => {
    const inHome = join(homedir(), ".commander")
    assert.strictEqual(defaultDataFolder({ COMMANDER_HOME: " /data/commander " }), "/data/commander")
    assert.deepStrictEqual(
      [defaultDataFolder({}), defaultDataFolder({ COMMANDER_HOME: "  " })],
      [inHome, inHome],
    )
  })
})

describe("prepareDataFolder", () => {
  const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

  it.effect("makes the folder and those above it, for its user alone", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "deep", "data")
      yield* prepareDataFolder(folder)
      assert.strictEqual(modeOf(folder), "700")
    }),
  )

  it.effect("closes a folder that others could read", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "data")
      mkdirSync(folder, { mode: 0o755 })
      yield* prepareDataFolder(folder)
      assert.strictEqual(modeOf(folder), "700")
    }),
  )

  it.effect("leaves one that its user may not write as it is", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "data")
      mkdirSync(folder)
      chmodSync(folder, 0o555)
      yield* prepareDataFolder(folder)
      assert.strictEqual(modeOf(folder), "500")
    }),
  )

  it.effect("says which folder cannot be used", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "data")
      writeFileSync(file, "")
      const error = yield* Effect.flip(prepareDataFolder(join(file, "inside")))
      assert.include(error.message, join(file, "inside"))
    }),
  )
})

describe("lockDataFolder", () => {
  const isFree = (folder: string) =>
    Effect.scoped(lockDataFolder(folder)).pipe(
      Effect.as(true),
      Effect.catch(() => Effect.succeed(false)),
    )

  it.effect("is held until its scope closes", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* lockDataFolder(folder)
          const error = yield* Effect.flip(Effect.scoped(lockDataFolder(folder)))
          assert.include(error.message, "another Commander is running")
          assert.include(error.message, folder)
          assert.include(error.message, "COMMANDER_HOME")
        }),
      )
      assert.isTrue(yield* isFree(folder))
    }),
  )

  it.live("refuses a second process, and is free again when the first is killed without a farewell", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const holder = yield* holdInAnotherProcess(folder)
      assert.isFalse(yield* isFree(folder))
      yield* killed(holder)
      assert.isTrue(yield* isFree(folder))
    }),
  )

  it.effect("a folder that is missing is an error of its own", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "missing")
      const error = yield* Effect.flip(Effect.scoped(lockDataFolder(folder)))
      assert.include(error.message, folder)
      assert.notInclude(error.message, "another Commander")
    }),
  )
})

/** The same lock as ours, taken by a process of its own. Answers with it. */
const holdInAnotherProcess = (folder: string): Effect.Effect<ChildProcess, never, Scope.Scope> =>
  Effect.gen(function* () {
    const script = `
      const { DatabaseSync } = require("node:sqlite");
      globalThis.lock = new DatabaseSync(${JSON.stringify(join(folder, "lock.sqlite"))});
      globalThis.lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
      console.log("held");
      setInterval(() => {}, 1000);
    `
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] })),
      (running) => Effect.sync(() => running.kill("SIGKILL")),
    )
    yield* Effect.callback<void>((resume) => {
      child.stdout.once("data", () => resume(Effect.void))
    })
    return child
  })

const killed = (child: ChildProcess): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })
