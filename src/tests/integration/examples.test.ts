/** Every example runs by itself, as a reader would start it, and prints what it promises. */
import { execFile } from "node:child_process"
import { globSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"

const folder = fileURLToPath(new URL("../../../examples", import.meta.url))
const fromSource = new URL("../support/fromSource.ts", import.meta.url).href

/** Fails when the example does; nothing of this process's environment is in it, so that no key is. */
const run = (example: string): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  promisify(execFile)(process.execPath, ["--import", fromSource, example], {
    cwd: folder,
    env: { PATH: process.env["PATH"] },
    timeout: 50_000,
  })

/** In this order on standard output, and perhaps with more between. */
const promised: Readonly<Record<string, ReadonlyArray<string>>> = {
  "01-stream-an-answer.ts": [
    "This is Commander's built-in simulator",
    "> Why is the sky blue?",
    "event by event",
    "plan-started\nattempt-started\nanswer-started\nplan-completed",
    "tokens from simulator",
  ],
  "02-your-own-plan.ts": [
    "1. ask simulator/overloaded",
    "wait ",
    "2. ask simulator/overloaded",
    "3. ask simulator/slow-start-9s",
    "4. ask simulator/cuts-after-9 (hedge)",
    "4. begins after",
    "5. ask simulator/steady (rescue)",
    "5. goes on after",
    "done: simulator/steady",
    // The text is seen once, whole: what the rescuer repeats of it is not.
    "\n\nThis is Commander's built-in simulator, not a language model. You wrote:\n\n> Why is the sky blue?",
    "5 requests",
  ],
  "03-tools-and-structured-output.ts": [
    "(looks up Bern)",
    "A coat: it is 3 degrees, and clear.",
    "clothes: [ 'coat', 'scarf' ]",
    "busy/default: ",
    "scripted/default: answered",
  ],
  "04-any-model-as-a-step.ts": [
    "[flaky-1]",
    "[sturdy-1]",
    "user: Hello, who are you?",
    "assistant: Nice to meet you. I am a model that always gets to the end. I was asked with 3 messages.",
  ],
}

describe("the examples", () => {
  it("are all here", () => {
    assert.deepStrictEqual(globSync("*.ts", { cwd: folder }).toSorted(), Object.keys(promised))
  })

  it.concurrent.each(Object.entries(promised))("%s prints what it promises", async (example, lines) => {
    const { stdout } = await run(example)
    let rest = stdout
    for (const line of lines) {
      const at = rest.indexOf(line)
      assert.isAtLeast(at, 0, `${JSON.stringify(line)} in:\n${rest}`)
      rest = rest.slice(at + line.length)
    }
    assert.notInclude(stdout, "[orchestrator]", "what is told to telemetry is on standard error")
  })
})
