/** The built `commander serve` as a process of its own, on a free port with a data folder of its own. */
import { spawn, type ChildProcess } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export const repository: string = fileURLToPath(new URL("../../..", import.meta.url))

/** What a process must not inherit from whoever runs the tests. */
const ownVariables = /^(OPENAI|ANTHROPIC|OLLAMA|COMMANDER|OTEL)_/

const cleanEnvironment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ownVariables.test(name))),
  ...more,
})

export interface CommanderProcess {
  readonly url: string
  /** Everything that it has written. */
  readonly output: () => string
  /** Returns once it is gone: its exit code, or the signal that ended it. */
  readonly end: (signal: "SIGKILL" | "SIGTERM") => Effect.Effect<number | NodeJS.Signals>
}

export interface LaunchOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Its working folder, with the data folder `home` in it; one of its own, gone with the scope, when absent. */
  readonly folder?: string
  /** A free one when absent. */
  readonly port?: string
  /** Whom the process runs as; needs the rights of root. */
  readonly uid?: number
  /** A command that starts it in another place, such as `nsenter` with its options. */
  readonly through?: ReadonlyArray<string>
}

class CommanderEnded extends Data.TaggedError("CommanderEnded")<{ readonly message: string }> {}

const temporaryFolder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "commander-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true })),
)

export const launchCommander = ({ environment = {}, ...options }: LaunchOptions = {}): Effect.Effect<
  CommanderProcess,
  CommanderEnded,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const folder = options.folder ?? (yield* temporaryFolder)
    let output = ""
    const serve = [join(repository, "bin/commander.cjs"), "serve", "--port", options.port ?? "0"]
    const [program = process.execPath, ...args] = [...(options.through ?? []), process.execPath, ...serve]
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(program, args, {
          cwd: folder,
          env: cleanEnvironment({
            COMMANDER_HOME: join(folder, "home"),
            COMMANDER_LOG_LEVEL: "Debug",
            ...environment,
          }),
          stdio: ["ignore", "pipe", "pipe"],
          ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
        }),
      ),
      (running) => ending(running, "SIGTERM"),
    )
    const url = yield* Effect.callback<string, CommanderEnded>((resume) => {
      const listen = (bytes: Buffer): void => {
        output += bytes.toString()
        const [, found] = /Commander is at (http:\/\/\S+)/.exec(output) ?? []
        if (found !== undefined) resume(Effect.succeed(found))
      }
      child.stdout.on("data", listen)
      child.stderr.on("data", listen)
      child.once("exit", (code) =>
        resume(Effect.fail(new CommanderEnded({ message: `commander ended with ${code}: ${output}` }))),
      )
    })
    return { url, output: () => output, end: (signal) => ending(child, signal) }
  })

const ending = (running: ChildProcess, signal: NodeJS.Signals): Effect.Effect<number | NodeJS.Signals> =>
  Effect.callback((resume) => {
    const tell = (): void => resume(Effect.succeed(running.exitCode ?? running.signalCode ?? signal))
    if (running.exitCode !== null || running.signalCode !== null) return tell()
    running.once("exit", tell)
    running.kill(signal)
  })
