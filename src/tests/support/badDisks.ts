/** Data folders that a server cannot write: of a mode that forbids it, and on a disk without room. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process"
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createHash } from "node:crypto"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { LaunchOptions } from "./commanderProcess"
import { temporaryFolder } from "./temporaryFolder"

const ownUid = process.getuid?.()

/** Whose rights a mode can take away: one's own, or those of somebody else where one is root, who has them all the same. */
const strangerUid = ownUid === 0 ? 65_534 : ownUid

/** Not on Windows, which knows no modes. */
export const canForbidWriting: boolean = strangerUid !== undefined

/** A data folder that belongs to the server, with what is put into it, and is closed to its writes. */
export const readOnlyFolder = <E>(
  fill: (home: string) => Effect.Effect<void, E, Scope.Scope>,
): Effect.Effect<
  { readonly home: string; readonly launch: Pick<LaunchOptions, "folder" | "uid"> },
  E,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const home = join(folder, "home")
    mkdirSync(home)
    yield* fill(home)
    chmodSync(folder, 0o755)
    if (strangerUid !== undefined && strangerUid !== ownUid)
      for (const path of [home, ...pathsIn(home)]) chownSync(path, strangerUid, strangerUid)
    chmodSync(home, 0o500)
    // Whoever is not root can only empty it with a right to write it.
    yield* Effect.addFinalizer(() => Effect.sync(() => chmodSync(home, 0o700)))
    return { home, launch: { folder, ...(strangerUid === undefined ? {} : { uid: strangerUid }) } }
  })

const pathsIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder).map((name) => join(folder, name))

/** The names in a folder, each with a digest of what is in it. */
export const contentsOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, digest(readFileSync(join(folder, name)))]))

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** Mounts of one's own are for root, and not in every container. */
export const canMount: boolean =
  ownUid === 0 && spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", tmpdir()]).status === 0

export interface SmallDisk {
  /** For a server that lives in a folder of that disk. */
  readonly launch: Pick<LaunchOptions, "folder" | "through">
  /** That folder as this process sees it. */
  readonly folder: string
  readonly fillUp: Effect.Effect<void>
  readonly makeRoom: Effect.Effect<void>
}

/** A disk in memory, mounted where only one process and those that join it see it: it is gone with them, come what may. */
export const smallDisk = (megabytes: number): Effect.Effect<SmallDisk, never, Scope.Scope> =>
  Effect.gen(function* () {
    const place = yield* temporaryFolder
    const mount = `mount -t tmpfs -o size=${megabytes}m none "$0" && echo mounted && exec cat`
    const holder = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn("unshare", ["--mount", "sh", "-c", mount, place], { stdio: ["pipe", "pipe", "inherit"] }),
      ),
      (running) => gone(running, () => running.stdin.end()),
    )
    yield* Effect.callback<void>((resume) => {
      holder.stdout.once("data", () => resume(Effect.void))
    })
    const folder = join("/proc", String(holder.pid), "root", place)
    const ballast = join(folder, "ballast")
    return {
      launch: {
        folder: place,
        through: ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`, "env", `--chdir=${place}`],
      },
      folder,
      fillUp: Effect.sync(() => fillWith(ballast)),
      makeRoom: Effect.sync(() => rmSync(ballast)),
    }
  })

const gone = (running: ChildProcess, end: () => void): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    running.once("exit", () => resume(Effect.void))
    end()
  })

/** Page by page, until there is no room for another. */
const fillWith = (ballast: string): void => {
  const page = Buffer.alloc(4096, 0xa5)
  try {
    for (;;) writeFileSync(ballast, page, { flag: "a" })
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error
  }
}
