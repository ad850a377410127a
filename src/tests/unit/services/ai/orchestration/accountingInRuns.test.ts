/** Tokens and costs of whole runs: reported, estimated, or nothing, for every way in which an attempt can end. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { estimateTokens } from "@/services/ai/core/tokens"
import { closing, errorBody, errorEvent, opening, reasoning } from "@/tests/support/dialects"
import { badKey, ending, only, planOf, rateLimited, runIn } from "@/tests/support/runs"
import {
  answers,
  breaksAfter,
  drips,
  hesitates,
  makeWorld,
  refuses,
  silence,
  stallsAfter,
  streams,
  unreachable,
  type Move,
} from "@/tests/support/world"

const openai = { provider: "openai", model: "gpt-4.1" }
const anthropic = { provider: "anthropic", model: "claude-haiku-5-5" }
const ollama = { provider: "ollama", model: "gemma3:1b" }
const question = estimateTokens("Why is the sky blue?")
const beginning = "The sky is blue because small particles scatter"

/** Of an openai step alone whose answer, where it begins, is not rescued. */
const attemptsOf = (move: Move, attempts = 1) =>
  Effect.gen(function* () {
    const plan = planOf([{ ...openai, attempts }], { onPartial: "fail" })
    return ending(yield* runIn(makeWorld({ openai: [move] }), { plan }))
  })

describe("an attempt", () => {
  it.effect("that answered has the tokens that its provider reported, and their price", () =>
    Effect.gen(function* () {
      const last = yield* attemptsOf(answers("Air."))
      assert(last.type === "plan-completed")
      assert.deepStrictEqual(last.usage, { source: "reported", inputTokens: 3, outputTokens: 5 })
      assert.strictEqual(last.cost.source, "reported")
      assert.closeTo(last.cost.usd ?? 0, (3 * 2 + 5 * 8) / 1e6, 1e-12)
      assert.deepStrictEqual(last.attempts[0]?.usage, last.usage)
      assert.deepStrictEqual(last.totals, {
        inputTokens: 3,
        outputTokens: 5,
        usd: last.cost.usd ?? 0,
        isComplete: true,
      })
    }),
  )

  it.effect("that answered without a report is estimated", () =>
    Effect.gen(function* () {
      const noUsage = closing("chat-completions").filter((event) => !event.includes('"usage"'))
      const last = yield* attemptsOf(streams((d) => [...opening(d, beginning), ...noUsage]))
      assert(last.type === "plan-completed")
      assert.deepStrictEqual([last.usage.source, last.cost.source], ["estimated", "estimated"])
      assert.strictEqual(last.usage.outputTokens, estimateTokens(beginning))
    }),
  )

  it.effect.each<readonly [what: string, move: Move]>([
    ["broke off", breaksAfter(beginning)],
    ["fell silent", stallsAfter(beginning)],
    ["lost its connection", streams((d) => opening(d, beginning), "reset")],
    [
      "told of an error after text",
      streams((d) => [...opening(d, beginning), errorEvent(d, "server_error", "sorry")]),
    ],
    [
      "told of an error after text, with a status",
      streams((d) => [
        ...opening(d, beginning),
        `data: ${JSON.stringify({ error: { message: "upstream gave up", code: 502 } })}\n\n`,
      ]),
    ],
  ])("that %s is estimated from what was sent and what came", ([, move]) =>
    Effect.gen(function* () {
      const [record] = (yield* attemptsOf(move)).attempts
      assert.strictEqual(record?.usage.source, "estimated")
      assert.isAtLeast(record?.usage.inputTokens ?? 0, question)
      assert.strictEqual(record?.usage.outputTokens, estimateTokens(beginning))
      assert.strictEqual(record?.cost.source, "estimated")
      assert.isAbove(record?.cost.usd ?? 0, 0)
    }),
  )

  it.effect("counts what it thought, too", () =>
    Effect.gen(function* () {
      const [record] = (yield* attemptsOf(streams((d) => reasoning(d, beginning)))).attempts
      assert.strictEqual(record?.usage.outputTokens, estimateTokens(beginning))
      assert.strictEqual(record?.emitted, 0)
    }),
  )

  it.effect.each<readonly [what: string, move: Move]>([
    ["could not be reached", unreachable],
    ["was refused with 401", badKey],
    ["was refused with 429", rateLimited(600)],
    ["was refused with 500", refuses(500)],
    ["was refused with 400", refuses(400, errorBody("chat-completions", "invalid_request_error", "no"))],
  ])("that %s costs nothing", ([, move]) =>
    Effect.gen(function* () {
      const last = yield* attemptsOf(move)
      assert.deepStrictEqual(last.attempts[0]?.usage, {
        source: "estimated",
        inputTokens: 0,
        outputTokens: 0,
      })
      assert.deepStrictEqual(last.totals, { inputTokens: 0, outputTokens: 0, usd: 0, isComplete: true })
    }),
  )

  it.effect("that never began may have read the question", () =>
    Effect.gen(function* () {
      const [record] = (yield* attemptsOf(silence)).attempts
      assert.isAtLeast(record?.usage.inputTokens ?? 0, question)
      assert.strictEqual(record?.usage.outputTokens, 0)
    }),
  )

  it.effect("that the plan's longest time ended is estimated", () =>
    Effect.gen(function* () {
      const plan = planOf([openai], { maxDuration: Duration.seconds(9) })
      const world = makeWorld({ openai: [drips(beginning, "2 seconds")] })
      const [record] = ending(yield* runIn(world, { plan })).attempts
      assert.strictEqual(record?.usage.source, "estimated")
      assert.isTrue((record?.usage.outputTokens ?? 0) > 0)
      assert.isBelow(record?.usage.outputTokens ?? 0, estimateTokens(beginning))
    }),
  )
})

describe("a run", () => {
  it.effect("costs what all of its attempts cost", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [refuses(500), breaksAfter(beginning)],
        anthropic: [answers(" short waves.")],
      })
      const plan = planOf([{ ...openai, attempts: 2 }, anthropic])
      const events = yield* runIn(world, { plan })
      const last = ending(events)
      assert(last.type === "plan-completed")
      assert.deepStrictEqual(
        last.attempts.map(({ usage }) => usage.source),
        ["estimated", "estimated", "reported"],
      )
      const sum = (of: (record: (typeof last.attempts)[number]) => number | undefined): number =>
        last.attempts.reduce((total, record) => total + (of(record) ?? 0), 0)
      assert.strictEqual(
        last.totals.inputTokens,
        sum(({ usage }) => usage.inputTokens),
      )
      assert.strictEqual(
        last.totals.outputTokens,
        sum(({ usage }) => usage.outputTokens),
      )
      assert.closeTo(
        last.totals.usd,
        sum(({ cost }) => cost.usd),
        1e-12,
      )
      assert.isTrue(last.totals.isComplete)
      // The answer's own usage is that of whoever finished it.
      assert.deepStrictEqual(last.usage, last.attempts[2]?.usage)
    }),
  )

  it.effect("tells at each failure what its record says in the end", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [refuses(500), breaksAfter(beginning)],
        anthropic: [stallsAfter(" short")],
        ollama: [refuses(503)],
      })
      const events = yield* runIn(world, { plan: planOf([{ ...openai, attempts: 2 }, anthropic, ollama]) })
      const told = only(events, "attempt-failed").map(
        ({ attempt, error, duration, emitted, usage, cost }) => {
          return { attempt, error, duration, emitted, usage, cost }
        },
      )
      assert.isAtLeast(told.length, 4)
      assert.deepStrictEqual(
        told,
        ending(events).attempts.map(({ attempt, error, duration, emitted, usage, cost }) => {
          assert(error !== undefined)
          return { attempt, error, duration, emitted, usage, cost }
        }),
      )
    }),
  )

  it.effect("is booked for both targets of a hedge, in the order in which they were asked", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], anthropic: [hesitates("1 second", answers("Air."))] })
      const plan = planOf([{ ...openai, hedge: { after: Duration.seconds(1) } }, anthropic])
      const last = ending(yield* runIn(world, { plan }))
      assert.deepStrictEqual(
        last.attempts.map(({ target, usage }) => [target.provider, usage.source]),
        [
          ["openai", "estimated"],
          ["anthropic", "reported"],
        ],
      )
      assert.isAbove(last.totals.inputTokens, 3)
    }),
  )

  it.effect("counts the partial answer that a rescuer was sent as its input", () =>
    Effect.gen(function* () {
      const long = `${beginning} `.repeat(40)
      const world = makeWorld({ openai: [breaksAfter(long)], ollama: [stallsAfter(" more")] })
      const events = yield* runIn(world, { plan: planOf([openai, ollama]) })
      const rescue = ending(events).attempts.find((record) => record.rescue === "prefill")
      assert.isAtLeast(rescue?.usage.inputTokens ?? 0, estimateTokens(long))
    }),
  )

  it.effect("is a lower bound where the price of a target is not known", () =>
    Effect.gen(function* () {
      const unknown = { provider: "openai", model: "brand-new-1" }
      const last = ending(
        yield* runIn(makeWorld({ openai: [breaksAfter(beginning)], anthropic: [answers(" waves.")] }), {
          plan: planOf([unknown, anthropic]),
        }),
      )
      assert.strictEqual(last.attempts[0]?.cost.source, "unknown")
      assert.isFalse(last.totals.isComplete)
      assert.isAbove(last.totals.usd, 0)
      assert.isAbove(last.totals.inputTokens, 3)
    }),
  )

  it.effect("costs nothing where it ran on this machine", () =>
    Effect.gen(function* () {
      const last = ending(yield* runIn(makeWorld({ ollama: [answers("Air.")] }), { plan: planOf([ollama]) }))
      assert.deepStrictEqual(last.totals, { inputTokens: 3, outputTokens: 5, usd: 0, isComplete: true })
    }),
  )
})
