/** The cases of the crash test as data: complete, and nothing in them that does not exist. */
import { assert, describe, it } from "@effect/vitest"
import { cases } from "@/cli/crashTest/cases"
import type { OneRun } from "@/cli/crashTest/CrashCase"
import { faultNamed } from "@/simulator/faults"

const names = cases.map(({ name }) => name)

/** What the contract of the executor says that must be tried at the wire, and where it is. */
const required: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
  ["429 with Retry-After once", ["rate-limited-once"]],
  ["429 for ever", ["rate-limited-for-ever", "rate-limited-without-hint", "everyone-rate-limited"]],
  ["500 once", ["server-error-once"]],
  ["503 for ever", ["overloaded-for-ever"]],
  ["TCP reset before headers", ["reset-before-headers"]],
  ["accepts and never answers", ["never-answers", "everyone-silent"]],
  ["headers then silence", ["headers-then-silence"]],
  ["first token after 20 s", ["late-first-token"]],
  ["cut after 40 of 60 tokens", ["cut-by-fin", "cut-by-reset", "cut-without-last-chunk"]],
  ["stall after 20 tokens", ["stall"]],
  ["malformed SSE line in the middle", ["malformed-line", "malformed-stream"]],
  ["complete but no [DONE]", ["no-terminal-event"]],
  ["context too long", ["context-too-long"]],
  ["content refused", ["content-refused"]],
  ["fallback rejects prefill", ["rescuer-refuses-prefill"]],
  ["fallback starts over", ["rescuer-starts-over"]],
  ["the rescuer dies too", ["rescuer-dies-too", "nobody-rescues"]],
  ["primary flaps", ["flapping"]],
  ["accounting after fail-over", ["accounting-after-fail-over"]],
  ["in-band error before and after text", ["error-in-the-stream", "error-after-text"]],
  ["200 with error body / HTML / nothing", ["error-with-200", "page-with-200", "nothing-with-200"]],
  ["half a UTF-8 code point per write", ["split-code-points"]],
  ["CRLF, comments, multi-line data", ["odd-lines"]],
  ["unknown event types", ["unknown-events"]],
  ["usage twice, usage missing", ["usage-twice", "usage-missing"]],
  ["tool call cut in its arguments", ["tool-call-cut"]],
  ["consumer aborts", ["reader-leaves"]],
  ["60 stuck streams beside 10 healthy ones", ["stuck-beside-healthy"]],
  ["50 runs at once with different faults", ["fifty-at-once"]],
]

const scripted = cases.filter((row): row is OneRun => row.plays === "one-run")

describe("the cases", () => {
  it("have names of their own, in kebab case", () => {
    assert.deepStrictEqual(
      names.filter((name, index) => names.indexOf(name) !== index || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)),
      [],
    )
  })

  it.each(required)("hold %s", (_what, among) => {
    assert.deepStrictEqual(
      among.filter((name) => !names.includes(name)),
      [],
    )
  })

  it.each(scripted)("$name: every fault of its script exists", ({ script }) => {
    const faults = Object.values(script).flat()
    assert.isNotEmpty(faults)
    assert.deepStrictEqual(
      faults.filter((name) => faultNamed(name) === undefined),
      [],
    )
  })

  it.each(scripted.filter(({ needs }) => needs.length > 0))(
    "$name: what may come of it is said for plans that have less than it needs",
    ({ otherwise }) => assert.isNotEmpty(otherwise),
  )
})
