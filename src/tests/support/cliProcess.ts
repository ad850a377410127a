/** The built `commander` command as a process of its own, with nothing of this process's environment. */
import { execFile, spawn, type ChildProcess } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { temporaryFolder } from "./temporaryFolder"
import { until } from "./waiting"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const cacheFolder = join(root, "node_modules", ".cache")

/** Builds the command when its sources have changed; one test process at a time. */
export const buildCommander = async (): Promise<void> => {
  mkdirSync(cacheFolder, { recursive: true })
  const lock = new DatabaseSync(join(cacheFolder, "tests-build.sqlite"), { timeout: 110_000 })
  try {
    lock.exec("BEGIN EXCLUSIVE")
    await promisify(execFile)(process.execPath, [join(root, "scripts", "prepare.cjs")], { cwd: root })
  } finally {
    lock.close()
  }
}

export interface CliOptions {
  /** Data folder and working folder; a new one when absent. */
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
}

export interface CliProcess {
  readonly folder: string
  readonly stdout: () => string
  readonly stderr: () => string
  /** Its exit code, or the signal that ended it, once everything that it wrote is here. */
  readonly ended: Effect.Effect<number | NodeJS.Signals>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Nobody reads its standard output any more. */
  readonly closeStdout: Effect.Effect<void>
}

/** Killed with its scope when it has not ended by itself. */
export const startCli = (
  args: ReadonlyArray<string>,
  { folder, environment = {} }: CliOptions = {},
): Effect.Effect<CliProcess, never, Scope.Scope> =>
  Effect.gen(function* () {
    const place = folder ?? (yield* temporaryFolder)
    let stdout = ""
    let stderr = ""
    let end: number | NodeJS.Signals | undefined
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [join(root, "bin", "commander.cjs"), ...args], {
          cwd: place,
          env: {
            PATH: process.env["PATH"],
            HOME: place,
            COMMANDER_HOME: join(place, "data"),
            // Dozens of starts of the same code: Node keeps what it compiled.
            NODE_COMPILE_CACHE: join(cacheFolder, "tests-compiled"),
            ...environment,
          },
          stdio: ["ignore", "pipe", "pipe"],
        }),
      ),
      killed,
    )
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.on("close", (code, signal) => {
      end = code ?? signal ?? undefined
    })
    return {
      folder: place,
      stdout: () => stdout,
      stderr: () => stderr,
      ended: Effect.andThen(
        until(() => end !== undefined),
        Effect.sync(() => end ?? -1),
      ),
      signal: (signal) => Effect.sync(() => void child.kill(signal)),
      closeStdout: Effect.sync(() => void child.stdout.destroy()),
    }
  })

const killed = (child: ChildProcess): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })

export interface CliResult {
  readonly end: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

/** Runs it to its end. */
export const runCli = (args: ReadonlyArray<string>, options: CliOptions = {}): Effect.Effect<CliResult> =>
  Effect.scoped(
    Effect.gen(function* () {
      const cli = yield* startCli(args, options)
      const end = yield* cli.ended
      return { end, stdout: cli.stdout(), stderr: cli.stderr() }
    }),
  )

/** `serve` on a free port, once it says where it is. */
export const startServe = (
  options: CliOptions = {},
  ...args: ReadonlyArray<string>
): Effect.Effect<CliProcess & { readonly url: string; readonly port: number }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const cli = yield* startCli(["serve", "--port", "0", ...args], options)
    const address = (): string | undefined => /Commander is at (http:\S+)/.exec(cli.stderr())?.[1]
    yield* until(() => address() !== undefined)
    const url = address() ?? ""
    return { ...cli, url, port: Number(new URL(url).port) }
  })
