import { spawn } from "node:child_process"
import { once } from "node:events"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { Project } from "./project"

describe("bin/commander.cjs", () => {
  let project: Project
  beforeEach(() => {
    project = new Project()
    project.write("dist/node/cli.js", "console.log(process.argv.slice(2).join()); process.exitCode = 7")
  })
  afterEach(() => project.remove())

  const bringNode = (version: "v24.0.0" | "v20.0.0"): void => {
    project.program("node_modules/.bin/node", `#!/bin/sh\nexec fakes/node-${version} "$@"\n`)
  }

  it("runs the CLI on a Node that is new enough", () => {
    expect(project.run("bin/commander.cjs")).toEqual({ status: 7, output: "\n", errors: "" })
  })

  it("runs again on the Node of the packages when it runs on an old one", async () => {
    bringNode("v24.0.0")
    const child = project.start(["bin/commander.cjs", "plan", "--all"])
    const chunks: Array<string> = []
    child.stdout?.on("data", (chunk) => chunks.push(String(chunk)))
    expect(await once(child, "close")).toEqual([7, null])
    expect(chunks.join("")).toBe("plan,--all\n")
  })

  it.each([
    [
      "passes a signal on and takes over the exit code",
      `process.on("SIGTERM", () => process.exit(3))`,
      [3, null],
    ],
    ["dies of the signal that its child died of", "", [null, "SIGTERM"]],
  ])("%s", async (_, onSignal, expected) => {
    bringNode("v24.0.0")
    project.write("dist/node/cli.js", `setInterval(() => {}, 1000); ${onSignal}; console.log("ready")`)
    const child = project.start(["bin/commander.cjs"])
    await once(child.stdout ?? child, "data")
    child.kill("SIGTERM")
    expect(await once(child, "exit")).toEqual(expected)
  })

  it.each([undefined, "v20.0.0"] as const)(
    "says in one line that Node is too old when the packages have %s",
    (version) => {
      if (version !== undefined) bringNode(version)
      expect(project.run("bin/commander.cjs", { old: true })).toEqual({
        status: 1,
        output: "",
        errors: "commander: Node 22.19.0 or newer is needed; this is v20.0.0.\n",
      })
    },
  )

  it("serves after making everything ready, on an old Node with nothing installed too (`npm start`)", async () => {
    const child = project.start(["scripts/start.cjs", "--port", "1"], { CI_BRINGS: "v24.0.0" })
    const chunks: Array<string> = []
    child.stdout?.on("data", (chunk) => chunks.push(String(chunk)))
    expect(await once(child, "close")).toEqual([7, null])
    expect(chunks.join("")).toBe("Installing packages …\nserve,--port,1\n")
  })

  it("stops the server when npm's shell dies (`npm start`)", async () => {
    project.write(
      "dist/node/cli.js",
      `process.on("SIGTERM", () => { console.log("stopped"); process.exit() }); setInterval(() => {}, 1000); console.log("ready")`,
    )
    project.run("scripts/prepare.cjs", { env: { CI_BRINGS: "v24.0.0" } })
    const shell = spawn("sh", ["-c", `"${process.execPath}" scripts/start.cjs; true`], {
      cwd: project.folder,
    })
    const chunks: Array<string> = []
    shell.stdout.on("data", (chunk) => chunks.push(String(chunk)))
    await once(shell.stdout, "data")
    shell.kill("SIGKILL")
    await once(shell.stdout, "close")
    expect(chunks.join("")).toBe("ready\nstopped\n")
  })

  it("says what to do when nothing is built", () => {
    const empty = new Project()
    const outcome = empty.run("bin/commander.cjs")
    empty.remove()
    expect(outcome.status).toBe(1)
    expect(outcome.errors).toBe("commander: dist/node/cli.js is missing. Run `npm run build` first.\n")
  })
})
