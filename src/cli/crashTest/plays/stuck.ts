/** Sixty streams that hang beside ten healthy ones: these end, and the others leave no connection when they are stopped. */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration"
import { everyone } from "../CrashCase"
import { summaryOf, type Finding } from "../Finding"
import { attemptsIn, brokenPromises, isOpen, textIn } from "../promises"
import type { Run, Stage } from "../Stage"
import { closingTime, playToItsEnd, within } from "./playing"

export const defaults = {
  stuck: 60,
  healthy: 10,
  /** Until all of them hang. */
  patience: Duration.seconds(20),
}

export const playStuck = Effect.fnUntraced(function* (
  stage: Stage,
): Effect.fn.Return<Finding, never, Scope.Scope> {
  const plan = patient(stage.rehearsal.plan)
  const hanging: Array<Run> = Array.from({ length: defaults.stuck }, (_, index) =>
    stage.prepare(everyone(index % 2 === 0 ? "stall-after-20" : "never-answers")),
  )
  const fibers = yield* Effect.forEach(hanging, (run) =>
    Effect.forkScoped(Stream.runDrain(run.events({ plan }))),
  )
  const open = (): number => hanging.filter((run) => run.requests().some(isOpen)).length
  const allHang = yield* within(defaults.patience, () => open() === defaults.stuck)
  const healthy = yield* Effect.forEach(
    Array.from({ length: defaults.healthy }, () => stage.prepare({})),
    (run) => playToItsEnd(stage, run, { plan }),
    { concurrency: "unbounded" },
  )
  const stillHang = open()
  yield* Fiber.interruptAll(fibers)
  const allClosed = yield* within(closingTime, () => open() === 0)
  const whole = healthy.filter(({ events, answer }) => textIn(events) === answer).length

  return {
    failures: [
      ...healthy.flatMap(brokenPromises),
      ...(whole === defaults.healthy
        ? []
        : [`only ${whole} of ${defaults.healthy} healthy answers are whole`]),
      ...(allHang && stillHang === defaults.stuck ? [] : ["the others did not hang all the while"]),
      ...(allClosed ? [] : ["connections were still open a second after their readers had left"]),
    ],
    attempts: healthy.flatMap(({ events }) => attemptsIn(events).map(summaryOf)),
    seen: `${whole} whole answers beside ${stillHang} that hang`,
  }
})

/** They are to hang until they are stopped, not until a limit ends them. */
const patient = ({ name, steps }: AiPlan): AiPlan =>
  AiPlan.make({
    name,
    deadline: long,
    steps: Arr.map(steps, ({ provider, model }) =>
      AiPlanStep.make({ provider, ...(model === undefined ? {} : { model }), firstPart: long, stall: long }),
    ),
  })

const long = Duration.minutes(5)
