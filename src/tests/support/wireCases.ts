/** What must come of a fault at the wire, as a row, and the one way in which every row is carried out and checked. */
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ChatRequest, PlanEvent } from "@/services/ai/orchestration"
import { isTerminal } from "@/services/ai/orchestration/PlanEvent"
import { answerText } from "@/simulator/answer"
import type { FaultUpstream } from "@/simulator/FaultUpstream"
import {
  asking,
  askedOf,
  onWire,
  runPlan,
  textDoors,
  toldBy,
  within,
  type Told,
  type Vendor,
  type WireOptions,
} from "./wire"

export interface WireCase extends WireOptions {
  /** A fact. */
  readonly name: string
  /** Its steps, in place of the three. */
  readonly plan?: Parameters<typeof asking>[0]
  readonly options?: ChatRequest["options"]
  /**
   * A number: the whole text of so many tokens, exactly once. An error: nothing but its reason; or, after the first so
   * many tokens (or at most so many, where it is not certain what a reset connection has delivered), the reason.
   */
  readonly ends: number | Failure
  /** Each attempt: `openai ServerError`, `ollama prefill`, `anthropic`. */
  readonly attempts: ReadonlyArray<string>
  /** Lower bounds of the times between a vendor's requests, in milliseconds. */
  readonly gaps?: Partial<Record<Vendor, ReadonlyArray<number>>>
  /** How many exchanges we leave before their end. */
  readonly closedEarly?: number
  /** Further facts of the run, and of what the upstream was asked. */
  readonly also?: (events: ReadonlyArray<PlanEvent>, upstream: FaultUpstream) => void
  /** Further facts that hold whichever way it was asked. */
  readonly always?: (told: Told, upstream: FaultUpstream) => void
}

interface Failure {
  readonly reason: string
  readonly after?: number
}

/** Each through the events, the streamed text and the whole text; side by side, since most of their time is waiting. */
export const testWireCases = (cases: ReadonlyArray<WireCase>): void => {
  it.live.each(cases)(
    "$name",
    (row) =>
      onWire(row, ({ upstream, provide }) =>
        Effect.gen(function* () {
          const events = yield* provide(runPlan(asking(row.plan, row.options)))
          checkEvents(events)
          yield* check(row, toldBy(events), upstream)
          assert.deepStrictEqual(attemptsOf(events), row.attempts)
          row.also?.(events, upstream)
        }),
      ),
    { concurrent: true },
  )

  it.live.each(
    Object.entries(textDoors).flatMap(([door, ask]) => cases.map((row) => ({ ...row, door, ask }))),
  )(
    "$door: $name",
    ({ ask, door, ...row }) =>
      onWire(row, ({ upstream, provide }) =>
        Effect.gen(function* () {
          const told = yield* provide(ask(asking(row.plan, row.options)))
          yield* check(row, told, upstream, door === "streamConversation")
        }),
      ),
    { concurrent: true },
  )
}

const check = Effect.fnUntraced(function* (
  row: WireCase,
  told: Told,
  upstream: FaultUpstream,
  showsParts = true,
) {
  const { ends, gaps = {}, closedEarly = 0 } = row
  if (typeof ends === "number") {
    assert.isUndefined(told.error)
    assert.strictEqual(told.text, answerText(ends))
  } else {
    assert.strictEqual(reasonOf(told.error), ends.reason)
    assert.strictEqual(told.text, showsParts ? answerText(ends.after ?? 0) : "")
  }
  assert.deepStrictEqual(askedOf(upstream), row.attempts.map(vendorOf))
  for (const [vendor, bounds] of Object.entries(gaps)) {
    const found = upstream.gaps(vendor)
    assert.strictEqual(found.length, bounds.length)
    for (const [index, bound] of bounds.entries()) assert.isAtLeast(found[index] ?? 0, bound)
  }
  // An exchange that nobody waits for any more is closed at once, or as good as.
  yield* within("1 second", () => upstream.closedEarly() === closedEarly)
  assert.strictEqual(upstream.closedEarly(), closedEarly)
  row.always?.(told, upstream)
})

const vendorOf = (attempt: string): string => attempt.split(" ")[0] ?? ""

/** Of an error: its reason, or its tag where that says as much. */
export const reasonOf = (error: Told["error"]): string | undefined =>
  error?._tag === "AIProviderError" ? error.reason : error?._tag

/** What is true of the events of any run. */
export const checkEvents = (events: ReadonlyArray<PlanEvent>): void => {
  assert.deepStrictEqual(
    events.map(({ sequence }) => sequence),
    events.map((_, index) => index),
  )
  assert.strictEqual(events[0]?.type, "plan-started")
  assert.deepStrictEqual(
    events.flatMap((event, index) => (isTerminal(event) ? [index] : [])),
    [events.length - 1],
  )
  const { attempts, totals } = recordOf(events)
  const started = events.flatMap((event) => (event.type === "attempt-started" ? [event.attempt] : []))
  assert.deepStrictEqual(
    started,
    [...attempts.keys()].map((index) => index + 1),
  )
  assert.deepStrictEqual(
    attempts.map(({ attempt }) => attempt),
    started,
  )
  // The record tells of each attempt what the events told of it.
  const failures = events.flatMap((event) => (event.type === "attempt-failed" ? [event] : []))
  assert.deepStrictEqual(
    failures.map(({ attempt, error, emitted, usage, cost }) => ({ attempt, error, emitted, usage, cost })),
    attempts.flatMap(({ attempt, error, emitted, usage, cost }) =>
      error === undefined ? [] : [{ attempt, error, emitted, usage, cost }],
    ),
  )
  const shown = events.map((event) => (event.type === "text-delta" ? event.text : "")).join("")
  assert.strictEqual(
    attempts.reduce((length, { emitted }) => length + emitted, 0),
    shown.length,
  )
  const sum = (of: (usage: (typeof attempts)[number]["usage"]) => number | undefined): number =>
    attempts.reduce((total, { usage }) => total + (of(usage) ?? 0), 0)
  assert.strictEqual(
    totals.inputTokens,
    sum(({ inputTokens }) => inputTokens),
  )
  assert.strictEqual(
    totals.outputTokens,
    sum(({ outputTokens }) => outputTokens),
  )
}

/** What a finished run tells of its attempts. */
export const recordOf = (events: ReadonlyArray<PlanEvent>) => {
  const last = events.at(-1)
  if (last?.type !== "plan-completed" && last?.type !== "plan-failed")
    throw new Error("the run has not ended")
  return { attempts: last.attempts, totals: last.totals, terminal: last }
}

export const attemptsOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<string> =>
  recordOf(events).attempts.map(({ target, rescue, error }) =>
    [target.provider, rescue, reasonOf(error)].filter((word) => word !== undefined).join(" "),
  )

/** Bodies of a vendor's requests, as far as the conversation goes. */
export const conversationsOf = (
  upstream: FaultUpstream,
  vendor: Vendor,
): ReadonlyArray<ReadonlyArray<{ readonly role: string; readonly text: string }>> =>
  upstream.requests(vendor).map(({ body }) => {
    const { messages } = body as { messages: ReadonlyArray<{ role: string; content: unknown }> }
    return messages.map(({ role, content }) => ({ role, text: textOf(content) }))
  })

const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : (content as ReadonlyArray<{ text?: string }>).map(({ text }) => text ?? "").join("")

export const atLeast = (duration: Duration.Duration | undefined, millis: number): void =>
  assert.isAtLeast(duration === undefined ? 0 : Duration.toMillis(duration), millis)
