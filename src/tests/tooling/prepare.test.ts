import { createRequire } from "node:module"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { lockOf, Project } from "./project"

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>
}
interface Decisions {
  readonly needsInstall: (lock: Lock, installed: Lock | undefined) => boolean
  readonly nodeDecision: (state: { brought?: string; running: string; rebuildTried: boolean }) => string
}
const load = createRequire(import.meta.url)
const { needsInstall, nodeDecision } = load(join(process.cwd(), "scripts/prepare.cjs")) as Decisions

describe("needsInstall", () => {
  const lock = {
    packages: {
      "": {},
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b": { version: "2.0.0", optional: true },
    },
  }
  it.each([
    ["nothing is installed", undefined, true],
    ["everything is as locked", lock, false],
    ["a package is missing", { packages: {} }, true],
    ["a package has another version", { packages: { "node_modules/a": { version: "1.0.1" } } }, true],
    ["an optional package is missing", { packages: { "node_modules/a": { version: "1.0.0" } } }, false],
    ["more is installed than locked", { packages: { ...lock.packages, "node_modules/c": {} } }, false],
  ] as const)("when %s: %#", (_, installed, expected) => {
    expect(needsInstall(lock, installed)).toBe(expected)
  })
})

describe("nodeDecision", () => {
  it.each([
    [{ brought: "v24.0.0", running: "v12.0.0", rebuildTried: false }, "use brought"],
    [{ brought: "v24.0.0", running: "v24.0.0", rebuildTried: true }, "use brought"],
    [{ running: "v24.0.0", rebuildTried: false }, "rebuild"],
    [{ running: "v22.19.0", rebuildTried: true }, "use running"],
    [{ running: "v22.18.9", rebuildTried: true }, "stop"],
    [{ running: "v9.0.0", rebuildTried: true }, "stop"],
  ])("%o → %s", (state, expected) => {
    expect(nodeDecision(state)).toBe(expected)
  })
})

describe("prepare", () => {
  let project: Project
  beforeEach(() => {
    project = new Project()
  })
  afterEach(() => project.remove())

  const prepare = (options: { old?: boolean; env?: Record<string, string>; args?: string } = {}) =>
    project.run("scripts/prepare.cjs", { ...options, env: { CI_BRINGS: "v24.0.0", ...options.env } })

  it("installs on an old Node when nothing is installed, and is quiet the second time", () => {
    expect(prepare({ old: true })).toEqual({ status: 0, output: "Installing packages …\n", errors: "" })
    expect(project.npmCommands()).toEqual(["ci"])
    expect(prepare({ old: true })).toEqual({ status: 0, output: "", errors: "" })
    expect(project.npmCommands()).toEqual([])
  })

  it("installs again when the lockfile has changed, not when it was only touched", () => {
    prepare()
    project.npmCommands()
    project.write("package-lock.json", lockOf("4.1.0"))
    expect(prepare().output).toBe("")
    project.write("package-lock.json", lockOf("4.2.0"))
    expect(prepare().output).toBe("Installing packages …\n")
    expect(project.npmCommands()).toEqual(["ci"])
  })

  it("passes on the exit code of a failed install, with one line", () => {
    const { status, errors } = prepare({ env: { CI_FAILS: "3" } })
    expect(status).toBe(3)
    expect(errors).toBe("commander: Installing the packages failed (`npm ci`, exit code 3): see above.\n")
  })

  it.each(["", "broken", "v20.0.0"])("fetches Node when the install brought %j", (brought) => {
    const outcome = prepare({ old: true, env: { CI_BRINGS: brought, REBUILD_BRINGS: "v24.0.0" } })
    expect(outcome).toEqual({
      status: 0,
      output: "Installing packages …\nFetching Node 22.19.0 or newer …\n",
      errors: "",
    })
    expect(project.npmCommands()).toEqual(["ci", "rebuild node"])
  })

  it("stops with one line when no Node is new enough, and tries again the next time", () => {
    for (const commands of [["ci", "rebuild node"], ["rebuild node"]]) {
      const { status, errors } = prepare({ old: true, env: { CI_BRINGS: "" } })
      expect(status).toBe(1)
      expect(errors).toBe(
        "commander: Node 22.19.0 or newer is needed; this is v20.0.0, and npm could not bring one.\n",
      )
      expect(project.npmCommands()).toEqual(commands)
    }
  })

  it("goes on with the running Node when it is new enough, hides the broken one, and asks npm only once", () => {
    expect(prepare({ env: { CI_BRINGS: "broken" } }).status).toBe(0)
    expect(project.npmCommands()).toEqual(["ci", "rebuild node"])
    expect(project.has("node_modules/.bin/node")).toBe(false)
    expect(prepare().output).toBe("")
    expect(project.npmCommands()).toEqual([])
  })

  describe("with sources", () => {
    beforeEach(() => {
      for (const file of ["src/app/index.html", "src/cli/main.ts", "src/services/a.ts"])
        project.write(file, "1")
      prepare()
      project.npmCommands()
    })
    const page = "run build:page"
    const server = "run build:node"

    it.each([
      ["nothing", "", "", []],
      ["a test", "src/tests/unit/a.test.ts", "", []],
      ["a component", "src/components/a.tsx", "Building the page …\n", [page]],
      ["the CLI", "src/cli/main.ts", "Building the server …\n", [server]],
      ["a service", "src/services/a.ts", "Building the page …\nBuilding the server …\n", [page, server]],
      [
        "the compiler's options",
        "tsconfig.json",
        "Building the page …\nBuilding the server …\n",
        [page, server],
      ],
    ])("after a change of %s builds what depends on it", (_, file, output, commands) => {
      if (file !== "") project.write(file, "2")
      expect(prepare()).toEqual({ status: 0, output, errors: "" })
      expect(project.npmCommands().map((command) => command.replace("run --silent", "run"))).toEqual(commands)
      expect(prepare().output).toBe("")
    })

    it("passes on the exit code of a failed build, and builds again the next time", () => {
      project.write("src/cli/main.ts", "2")
      const { status, errors } = prepare({ env: { BUILD_FAILS: "2" } })
      expect(status).toBe(2)
      expect(errors).toBe("commander: Building the server failed (`npm run`, exit code 2): see above.\n")
      expect(prepare().output).toBe("Building the server …\n")
    })
  })
})
