/** A throw-away project folder with our scripts in it, a fake npm on the PATH and nodes that say what they are told. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process"
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"

const repository = process.cwd()

export const lockOf = (version: string): string =>
  JSON.stringify({ packages: { "": {}, "node_modules/effect": { version, integrity: `sha512-${version}` } } })

/** A program that answers `-v` with this version; anything else it passes on to the Node of the tests. */
const nodeProgram = (version: string): string =>
  `#!/bin/sh\nif [ "$1" = "-v" ]; then echo ${version}; else exec "${process.execPath}" "$@"; fi\n`

/**
 * What `npm ci`, `npm rebuild` and `npm run` leave behind. The environment says which Node an install and a rebuild
 * bring (none when empty), and what exit code a command has.
 */
const npmProgram = `#!/bin/sh
echo "$@" >> npm.log
bring() {
  mkdir -p node_modules/.bin
  [ -z "$1" ] || { cp "fakes/node-$1" node_modules/.bin/node; }
}
case "$1" in
  ci) [ -z "$CI_FAILS" ] || exit "$CI_FAILS"; bring "$CI_BRINGS"; cp package-lock.json node_modules/.package-lock.json;;
  rebuild) bring "$REBUILD_BRINGS";;
  run) [ -z "$BUILD_FAILS" ] || exit "$BUILD_FAILS"; mkdir -p dist/page dist/node; : > dist/page/index.html; : > dist/node/cli.js;;
esac
`

export interface Outcome {
  readonly status: number | null
  readonly output: string
  readonly errors: string
}

export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "commander-project-"))

  constructor() {
    for (const file of [
      "bin/commander.cjs",
      "bin/findNode.cjs",
      "scripts/prepare.cjs",
      "scripts/start.cjs",
    ]) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true })
      copyFileSync(join(repository, file), join(this.folder, file))
    }
    this.write("package.json", JSON.stringify({ engines: { node: ">=22.19.0" } }))
    this.write("package-lock.json", lockOf("4.1.0"))
    this.write("fakes/old.cjs", `Object.defineProperty(process, "version", { value: "v20.0.0" })`)
    this.program("fakes/npm", npmProgram)
    for (const version of ["v24.0.0", "v20.0.0"]) this.program(`fakes/node-${version}`, nodeProgram(version))
    this.program("fakes/node-broken", "#!/bin/sh\nexit 127\n")
  }

  write(file: string, content: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true })
    writeFileSync(join(this.folder, file), content)
  }

  program(file: string, content: string): void {
    this.write(file, content)
    chmodSync(join(this.folder, file), 0o755)
  }

  has(file: string): boolean {
    return existsSync(join(this.folder, file))
  }

  /** The npm commands so far, by their first words; forgets them. */
  npmCommands(): ReadonlyArray<string> {
    const log = join(this.folder, "npm.log")
    if (!existsSync(log)) return []
    const lines = readFileSync(log, "utf8").trim().split("\n")
    rmSync(log)
    return lines.map((line) => line.replace(/ --.*?(?= [^-]|$)/g, ""))
  }

  /** Runs a script; `old` on a Node that calls itself v20. */
  run(script: string, options: { old?: boolean; env?: Record<string, string> } = {}): Outcome {
    const { args, env } = this.#command([script], options)
    const result = spawnSync(process.execPath, args, { cwd: this.folder, encoding: "utf8", env })
    return { status: result.status, output: result.stdout, errors: result.stderr }
  }

  /** Starts a script on a Node that calls itself v20. */
  start(args: ReadonlyArray<string>, env: Record<string, string> = {}): ChildProcess {
    const command = this.#command(args, { old: true, env })
    return spawn(process.execPath, command.args, { cwd: this.folder, env: command.env })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }

  #command(args: ReadonlyArray<string>, options: { old?: boolean; env?: Record<string, string> }) {
    const { npm_execpath: _, ...inherited } = process.env
    const path = `${join(this.folder, "fakes")}${delimiter}${process.env["PATH"] ?? ""}`
    return {
      args: [...(options.old === true ? ["--require", join(this.folder, "fakes/old.cjs")] : []), ...args],
      env: { ...inherited, PATH: path, ...options.env },
    }
  }
}
