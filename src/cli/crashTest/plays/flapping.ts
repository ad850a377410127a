/** A preferred target that fails until it is left alone, and is well when its time is over: it is used again. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { nameOf, type AttemptRecord, type PlanEvent } from "@/services/ai/orchestration"
import type { Script } from "../CrashCase"
import { summaryOf, type Finding } from "../Finding"
import { attemptsIn, brokenPromises } from "../promises"
import type { Stage } from "../Stage"
import { playToItsEnd } from "./playing"

export const defaults = {
  failures: 5,
  /** Each of them asks at least once. */
  mostRuns: 12,
}

export const playFlapping = Effect.fnUntraced(function* (stage: Stage): Effect.fn.Return<Finding> {
  const attempts: Array<AttemptRecord> = []
  const broken: Array<string> = []
  const play = Effect.fnUntraced(function* (script: Script) {
    const ended = yield* playToItsEnd(stage, stage.prepare(script))
    attempts.push(...attemptsIn(ended.events))
    broken.push(...brokenPromises(ended))
    return ended.events
  })

  const failed = (): number => attempts.filter(({ step, error }) => step === 0 && error !== undefined).length
  let closure: Closure | undefined
  for (let count = 0; count < defaults.mostRuns && closure === undefined; count += 1) {
    const left = Array.from(
      { length: Math.max(0, defaults.failures - failed()) },
      () => "server-error" as const,
    )
    closure = closureIn(yield* play({ preferred: [...left, "ok"] }))
  }
  const rest = (closure?.reopensAt ?? 0) - (yield* Clock.currentTimeMillis)
  yield* Effect.sleep(Duration.millis(Math.max(0, rest) + 50))
  const servers = [yield* play({}), yield* play({})].map(serverOf)
  const preferred = nameOf(stage.rehearsal.targets[0].target)

  return {
    failures: [
      ...broken,
      ...(closure === undefined ? ["it was asked again and again"] : []),
      ...(servers.every((name) => name === preferred) ? [] : ["it was not used again when it was well"]),
    ],
    attempts: attempts.map(summaryOf),
    seen: `${preferred} left alone after ${failed()} failures, used again ${secondsBetween(closure)} s later`,
  }
})

interface Closure {
  /** Both in milliseconds since the epoch. */
  readonly at: number
  readonly reopensAt: number
}

/** Since when and until when the preferred target is left alone, where the run passed it over because it failed too often. */
const closureIn = (events: ReadonlyArray<PlanEvent>): Closure | undefined =>
  events.flatMap((event) =>
    event.type === "step-skipped" && event.step === 0 && event.reason.reopensAt !== undefined
      ? [{ at: event.at, reopensAt: event.reason.reopensAt }]
      : [],
  )[0]

const secondsBetween = ({ at, reopensAt }: Closure = { at: 0, reopensAt: 0 }): string =>
  ((reopensAt - at) / 1000).toFixed(1)

const serverOf = (events: ReadonlyArray<PlanEvent>): string | undefined => {
  const last = events.at(-1)
  return last?.type === "plan-completed" ? nameOf(last.target) : undefined
}
