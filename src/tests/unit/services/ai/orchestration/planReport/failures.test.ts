/** What a failure leads to, as the report has it: the rules are the executor's own. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { AiPlanStep } from "@/services/ai/orchestration/AiPlan"
import { consequenceOf, failureKinds } from "@/services/ai/orchestration/planReport/failures"
import { openai, type StepFields } from "./surveys"

const deadline = Duration.seconds(120)

const cellsOf = (fields: Partial<StepFields>, isLast = false): Readonly<Record<string, string>> => {
  const step = AiPlanStep.make({ ...openai, ...fields })
  return Object.fromEntries(
    failureKinds.map((kind) => {
      const { requests, then } = consequenceOf(kind, step, { deadline, isLast })
      return [kind.words, `${requests} ${then}`]
    }),
  )
}

describe("consequenceOf", () => {
  it("a step with five attempts, before others", () => {
    assert.deepStrictEqual(cellsOf({ attempts: 5 }), {
      "connection refused or reset; 500, 502, 504": "5 next",
      "503, 529: overloaded": "2 next",
      "429 without a time": "3 next",
      "429 that asks for at most 3s": "5 next",
      "429 that asks for longer": "1 next",
      "silence: no first part within its limit": "1 next",
      "key refused; quota used up; model unknown": "1 next",
      "an empty answer": "2 next",
      "the conversation is too long for it": "1 larger-window",
      "the content is refused": "1 stop",
      "the request is wrong (another 400)": "1 stop",
    })
  })

  it("the last step has nobody after it, and waits a long wait out once", () => {
    const cells = cellsOf({ attempts: 1 }, true)
    assert.strictEqual(cells["429 that asks for longer"], "1 waited-out")
    assert.deepStrictEqual(
      Object.values(cells).filter((cell) => !/stop|waited-out/.test(cell)),
      [],
    )
  })

  it("onRefusal: next passes a refused content on", () => {
    assert.strictEqual(cellsOf({ onRefusal: "next" })["the content is refused"], "1 next")
  })

  it("a backoff above three seconds is not waited for while another target is left", () => {
    const slow = { attempts: 3, backoff: { base: Duration.seconds(4), max: Duration.seconds(8) } }
    const connection = "connection refused or reset; 500, 502, 504"
    assert.strictEqual(cellsOf(slow)[connection], "1 next")
    assert.strictEqual(cellsOf(slow, true)[connection], "3 stop")
  })
})
