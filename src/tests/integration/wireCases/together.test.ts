/** At the wire: many runs at once, and a provider that fails, is left alone, and comes back. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { AiPlan, type ChatRequest, type PlanEvent } from "@/services/ai/orchestration"
import { answerText } from "@/simulator/answer"
import { asking, impatient, onWire, runPlan, step, toldBy, within } from "@/tests/support/wire"
import { attemptsOf, checkEvents } from "@/tests/support/wireCases"

const one = (model: string): ChatRequest =>
  asking({ steps: [step("openai", { model, firstPart: Duration.seconds(60), stall: Duration.seconds(60) })] })

describe.each(["undici", "fetch"] as const)(
  "60 stuck streams beside 10 healthy ones, over %s",
  (transport) => {
    it.live("the healthy ones finish, and the others close their connections when they are left", () =>
      onWire({ transport }, ({ upstream, provide }) =>
        Effect.gen(function* () {
          const stuck = yield* Effect.forEach(Array.from({ length: 60 }), (_, index) =>
            Effect.forkScoped(provide(runPlan(one(index % 2 === 0 ? "stall-after-20" : "never-answers")))),
          )
          yield* within("20 seconds", () => upstream.requests().filter(isStuck).length === 60)
          const healthy = yield* Effect.forEach(
            Array.from({ length: 10 }),
            () => provide(runPlan(one("ok"))),
            { concurrency: "unbounded" },
          )
          for (const events of healthy) {
            checkEvents(events)
            assert.deepStrictEqual(toldBy(events), { text: answerText(), error: undefined })
          }
          assert.lengthOf(upstream.requests().filter(isStuck), 60)
          yield* Fiber.interruptAll(stuck)
          yield* within("1 second", () => upstream.closedEarly() === 60)
          assert.strictEqual(upstream.closedEarly(), 60)
          assert.lengthOf(upstream.requests(), 70)
        }),
      ),
    )
  },
)

const isStuck = ({ ended }: { readonly ended: string }): boolean => ended === "stalling"

interface Mixed {
  readonly request: ChatRequest
  readonly runId: string
  readonly question: string
  readonly text: string
  readonly attempts: ReadonlyArray<string>
}

/** What may happen to a run, and what its attempts then are. The numbers keep the targets apart, and so their circuits. */
const fates: ReadonlyArray<(index: number) => { fault: string; attempts: ReadonlyArray<string> }> = [
  (index) => ({ fault: `ok-${60 + index}-tokens`, attempts: ["openai"] }),
  (index) => ({ fault: `cut-after-${10 + index}-fin`, attempts: ["openai Cut", "anthropic prefill"] }),
  (index) => ({ fault: `cut-after-${5 + index}-clean`, attempts: ["openai Cut", "anthropic prefill"] }),
  (index) => ({ fault: `stall-after-${5 + index}`, attempts: ["openai Stalled", "anthropic prefill"] }),
  (index) => ({
    fault: `error-after-${5 + index}`,
    attempts: ["openai Overloaded", "anthropic prefill"],
  }),
  (index) => ({
    fault: `malformed-lines-${3 + index}`,
    attempts: ["openai MalformedResponse", "anthropic prefill"],
  }),
  (index) => ({ fault: `rate-limited-${3600 + index}s`, attempts: ["openai RateLimited", "anthropic"] }),
  (index) => ({
    fault: `rate-limited-${10 + index}ms`,
    attempts: ["openai RateLimited", "openai RateLimited", "openai RateLimited", "anthropic"],
  }),
  (index) => ({
    fault: `fails-${1000 + index}-times`,
    attempts: ["openai ServerError", "openai ServerError", "openai ServerError", "anthropic"],
  }),
  (index) => ({ fault: `first-token-after-${100 + index}s`, attempts: ["openai NoFirstPart", "anthropic"] }),
]

/** Each run asks for a text of another length, so that a word of another run would show. */
const mixed = (index: number): Mixed => {
  const length = 70 + index
  const fate = fates[index % fates.length]?.(index) ?? { fault: "ok", attempts: [] }
  const isFirst = fate.attempts.length === 1
  const runId = `run-${index}`
  const question = `Question ${index}?`
  return {
    runId,
    question,
    text: answerText(isFirst ? 60 + index : length),
    attempts: fate.attempts,
    request: {
      runId,
      messages: [{ role: "user", content: question }],
      preferredProvider: { key: "openai" },
      plan: AiPlan.make({
        name: runId,
        steps: [
          step("openai", { model: fate.fault, attempts: 3, ...impatientWhere(fate.fault) }),
          step("anthropic", { model: `ok-${length}-tokens` }),
        ],
      }),
    },
  }
}

const impatientWhere = (fault: string) => (/^(stall|first-token)/.test(fault) ? impatient : {})

describe("50 runs at once with different faults", () => {
  it.live("each has its own text, its own events and its own attempts", () =>
    onWire({}, ({ upstream, provide }) =>
      Effect.gen(function* () {
        const runs = Array.from({ length: 50 }, (_, index) => mixed(index))
        const ended = yield* Effect.forEach(
          runs,
          (run) => Effect.map(provide(runPlan(run.request)), (events) => ({ run, events })),
          { concurrency: "unbounded" },
        )
        for (const { run, events } of ended) {
          checkEvents(events)
          const [first] = events
          assert.strictEqual(first?.type === "plan-started" && first.runId, run.runId)
          assert.strictEqual(toldBy(events).text, run.text, run.runId)
          assert.deepStrictEqual(attemptsOf(events), run.attempts, run.runId)
          const asked = upstream
            .requests()
            .filter(({ body }) => JSON.stringify(body).includes(`"${run.question}"`))
          assert.deepStrictEqual(
            asked.map(({ key }) => key),
            run.attempts.map((attempt) => attempt.split(" ")[0]),
          )
        }
      }),
    ),
  )
})

describe("a provider that fails, is left alone, and comes back", () => {
  it.live("opens after five failures, is probed by one run after five seconds, and closes", () =>
    onWire({ script: { openai: ["fails-5-times"] } }, ({ upstream, provide }) =>
      Effect.gen(function* () {
        const run = provide(runPlan(asking({ steps: [step("openai"), step("anthropic")] })))
        const answersOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<string> => {
          checkEvents(events)
          assert.strictEqual(toldBy(events).text, answerText())
          return attemptsOf(events)
        }
        for (let count = 1; count <= 5; count += 1) {
          assert.deepStrictEqual(answersOf(yield* run), ["openai ServerError", "anthropic"])
        }
        const passedOver = yield* run
        assert.deepStrictEqual(answersOf(passedOver), ["anthropic"])
        const [skipped] = passedOver.flatMap((event) => (event.type === "step-skipped" ? [event] : []))
        const opensIn = (skipped?.reason.reopensAt ?? 0) - (skipped?.at ?? 0)
        assert.isTrue(opensIn > 0 && opensIn <= 5000, `${opensIn} ms`)
        assert.lengthOf(upstream.requests("openai"), 5)

        yield* Effect.sleep(Duration.millis(opensIn + 50))
        const together = yield* Effect.all([run, run, run], { concurrency: "unbounded" })
        assert.deepStrictEqual(
          together.flatMap(answersOf).toSorted((left, right) => left.localeCompare(right)),
          ["anthropic", "anthropic", "openai"],
        )
        assert.lengthOf(upstream.requests("openai"), 6)
        assert.deepStrictEqual(answersOf(yield* run), ["openai"])
        assert.deepStrictEqual(answersOf(yield* run), ["openai"])
      }),
    ),
  )

  it.live("a rejected prefill is remembered: the next rescue asks in words at once", () =>
    onWire({ script: { openai: ["cut-after-40-fin"], ollama: ["rejects-prefill"] } }, ({ provide }) =>
      Effect.gen(function* () {
        const run = provide(runPlan(asking({ steps: [step("openai"), step("ollama")] })))
        assert.deepStrictEqual(attemptsOf(yield* run), [
          "openai Cut",
          "ollama prefill InvalidRequest",
          "ollama instruction",
        ])
        const again = yield* run
        assert.strictEqual(toldBy(again).text, answerText())
        assert.deepStrictEqual(attemptsOf(again), ["openai Cut", "ollama instruction"])
      }),
    ),
  )

  it.live(
    "a 429 with a long Retry-After keeps other runs away, and a run that has nobody else is told until when",
    () =>
      onWire({ script: { openai: ["rate-limited-60s"] } }, ({ upstream, provide }) =>
        Effect.gen(function* () {
          const first = yield* provide(runPlan(asking()))
          assert.deepStrictEqual(attemptsOf(first), ["openai RateLimited", "anthropic"])
          const second = yield* provide(runPlan(asking()))
          assert.deepStrictEqual(attemptsOf(second), ["anthropic"])
          const alone = yield* provide(
            runPlan(asking({ steps: [step("openai")], deadline: Duration.seconds(5) })),
          )
          const last = alone.at(-1)
          assert.deepStrictEqual(attemptsOf(alone), [])
          assert.isTrue(last?.type === "plan-failed" && !last.partial)
          const retryAfter = last?.type === "plan-failed" ? last.retryAfter : undefined
          assert.isTrue(retryAfter !== undefined && Duration.toSeconds(retryAfter) > 50)
          assert.lengthOf(upstream.requests("openai"), 1)
        }),
      ),
  )
})
