/** Fifty runs at once with different faults, each with an answer of its own length: no word of one may come to another. */
import * as Effect from "effect/Effect"
import { answerText } from "@/simulator/answer"
import type { FaultName } from "@/simulator/faults"
import type { Need } from "../CrashCase"
import { summaryOf, type Finding } from "../Finding"
import { attemptsIn, brokenPromises, textIn } from "../promises"
import { has } from "../roles"
import type { Stage } from "../Stage"
import { playToItsEnd } from "./playing"

export const defaults = { runs: 50 }

/** What the preferred target does first. The answers of all are longer than what is shown by then. */
const faults: ReadonlyArray<(index: number) => FaultName> = [
  (index) => `cut-after-${5 + index}-fin`,
  (index) => `cut-after-${5 + index}-clean`,
  (index) => `cut-after-${5 + index}-unterminated`,
  (index) => `error-after-${5 + index}`,
  () => "server-error",
  () => "error-before-text",
  () => "nothing-with-200",
  () => "reset-before-headers",
  () => "malformed-lines-3",
  () => "cut-in-reasoning",
]

/** With these, every run can end with the whole of its answer. */
const enough: ReadonlyArray<Need> = ["second-target", "rescue"]

export const playMixed = Effect.fnUntraced(function* (stage: Stage): Effect.fn.Return<Finding> {
  const ended = yield* Effect.forEach(
    Array.from({ length: defaults.runs }, (_, index) => index),
    (index) => {
      const length = 61 + index
      const well: FaultName = `ok-${length}-tokens`
      const fault = faults[index % faults.length]?.(index) ?? well
      const run = stage.prepare({ preferred: [fault, well], fallback: [well], others: [well] })
      return playToItsEnd(stage, run, { answer: answerText(length) })
    },
    { concurrency: "unbounded" },
  )
  const whole = ended.filter(({ events, answer }) => textIn(events) === answer).length
  const mustBeWhole = enough.every((need) => has(stage.rehearsal, need))
  return {
    failures: [
      ...new Set(ended.flatMap(brokenPromises)),
      ...(mustBeWhole && whole < defaults.runs
        ? [`only ${whole} of ${defaults.runs} answers are whole`]
        : []),
    ],
    attempts: ended.flatMap(({ events }) => attemptsIn(events).map(summaryOf)),
    seen: `${whole} whole answers of ${defaults.runs}, each its own`,
  }
})
