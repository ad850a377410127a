/** What people read of targets, and what telemetry is told when a circuit changes. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Duration from "effect/Duration"
import * as TestClock from "effect/testing/TestClock"
import { HealthReport, TargetHealth } from "@/services/ai/orchestration/health/TargetHealth"
import { TargetHealthMemory, defaults } from "@/services/ai/orchestration/health/TargetHealthLive"
import { anthropic, openai } from "@/tests/support/planEvents"
import { admitted, answer, doorOf, fail, hearing, times } from "./asking"

const inMemory = <A, E>(test: Effect.Effect<A, E, TargetHealth>) =>
  Effect.provide(test, Layer.provide(TargetHealthMemory, hearing().layer))

const reports = Effect.flatMap(TargetHealth, (health) => health.reports)
const first = Effect.map(reports, ([report]) => report)

describe("the report of a target", () => {
  it.effect("is there for every target that was asked, by name, and for no other", () =>
    inMemory(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* reports, [])
        yield* answer({ target: openai })
        yield* answer({ target: anthropic })
        assert.deepStrictEqual(
          (yield* reports).map(({ target }) => target.provider),
          ["anthropic", "openai"],
        )
      }),
    ),
  )

  it.effect("of a target that works says how often it failed and how long its first part takes", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail("ServerError")
        for (let seconds = 1; seconds <= 9; seconds += 1) yield* answer({}, Duration.seconds(seconds))
        assert.deepStrictEqual(yield* first, {
          target: openai,
          circuit: "closed",
          requests: 10,
          failureRate: 0.1,
          lastFailure: { cause: "ServerError", at: 0 },
          firstPart: { p50: Duration.seconds(5), p95: Duration.seconds(9) },
        })
      }),
    ),
  )

  it.effect("leaves out what is not known yet", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(4, answer())
        assert.deepStrictEqual(yield* first, {
          target: openai,
          circuit: "closed",
          requests: 4,
          failureRate: 0,
        })
        const { usualFirstPart } = yield* TargetHealth
        assert.isUndefined(yield* usualFirstPart(openai))
        yield* answer()
        assert.deepStrictEqual(yield* usualFirstPart(openai), Duration.seconds(1))
        assert.isUndefined(yield* usualFirstPart(anthropic))
      }),
    ),
  )

  it.effect("counts an answer that broke off as a failure", () =>
    inMemory(
      Effect.gen(function* () {
        yield* answer()
        yield* Effect.flatMap(TargetHealth, ({ broke }) => broke(openai, "connection reset"))
        assert.deepInclude(yield* first, {
          requests: 2,
          failureRate: 0.5,
          lastFailure: { cause: "connection reset", at: 0 },
        })
      }),
    ),
  )

  it.effect("does not count requests that were our own fault, or that nobody waited for", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail("InvalidRequest")
        yield* Effect.scoped(admitted())
        assert.deepStrictEqual(yield* first, {
          target: openai,
          circuit: "closed",
          requests: 0,
          failureRate: 0,
        })
      }),
    ),
  )

  it.effect("says that the circuit is open, until when and why; then that a probe is due, or under way", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(5, fail("ServerError"))
        assert.deepInclude(yield* first, {
          circuit: "open",
          closure: {
            reason: "circuit-open",
            message: "its circuit is open: ServerError",
            reopensAt: 5000,
          },
        })
        yield* TestClock.adjust("5 seconds")
        const due = yield* first
        assert.strictEqual(due?.circuit, "half-open")
        assert.notProperty(due, "closure")
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* admitted()
            assert.deepInclude(yield* first, {
              circuit: "half-open",
              closure: { reason: "probing", message: "another request finds out whether it works again" },
            })
          }),
        )
        const freed = yield* first
        assert.strictEqual(freed?.circuit, "half-open")
        assert.notProperty(freed, "closure")
        yield* answer()
        assert.strictEqual((yield* first)?.circuit, "closed")
      }),
    ),
  )

  it.effect("tells a pause and a refused key from an open circuit", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail({ reason: "RateLimited", retryAfter: "1 minute" })
        yield* fail("InvalidKey", { target: anthropic, keyId: "a1" })
        assert.deepStrictEqual(
          (yield* reports).map(({ circuit, closure }) => [circuit, closure]),
          [
            ["closed", { reason: "bad-key", message: "its key was refused: InvalidKey", reopensAt: 300_000 }],
            [
              "closed",
              { reason: "cooling", message: "it is left alone for a while: RateLimited", reopensAt: 60_000 },
            ],
          ],
        )
      }),
    ),
  )

  it.effect("crosses the bridge as JSON and comes back the same", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(5, answer())
        yield* fail({ reason: "RateLimited", retryAfter: "1 minute" })
        const found = yield* reports
        const codec = Schema.toCodecJson(Schema.Array(HealthReport))
        const json = yield* Schema.encodeEffect(codec)(found)
        assert.deepStrictEqual(
          yield* Schema.decodeUnknownEffect(codec)(JSON.parse(JSON.stringify(json))),
          found,
        )
      }),
    ),
  )

  it.effect("is kept for the thousand targets asked last", () =>
    inMemory(
      Effect.gen(function* () {
        yield* Effect.forEach(
          Array.from({ length: defaults.targets + 200 }, (_, index) => `model-${index}`),
          (model) => answer({ target: { provider: "openai", model } }),
          { discard: true },
        )
        const names = (yield* reports).map(({ target }) => target.model)
        assert.lengthOf(names, defaults.targets)
        assert.notInclude(names, "model-199")
        assert.include(names, "model-200")
      }),
    ),
  )
})

describe("telemetry", () => {
  it.effect("hears when a circuit opens, half-opens and closes, for how long and why", () =>
    Effect.gen(function* () {
      const { heard, layer } = hearing()
      yield* Effect.gen(function* () {
        yield* times(5, fail("ServerError"))
        yield* times(5, doorOf())
        yield* TestClock.adjust("5 seconds")
        yield* fail("Overloaded")
        yield* TestClock.adjust("10 seconds")
        yield* answer()
        yield* answer()
      }).pipe(Effect.provide(Layer.provide(TargetHealthMemory, layer)))
      const label = "openai/gpt-5.4"
      const category = "orchestrator"
      assert.deepStrictEqual(heard, [
        { category, label, action: "circuit_opened", value: "until 1970-01-01T00:00:05.000Z: ServerError" },
        { category, label, action: "circuit_half_opened" },
        { category, label, action: "circuit_opened", value: "until 1970-01-01T00:00:15.000Z: Overloaded" },
        { category, label, action: "circuit_half_opened" },
        { category, label, action: "circuit_closed" },
      ])
    }),
  )

  it.effect("hears that a target cools, or its key is bad, and nothing more when that is over", () =>
    Effect.gen(function* () {
      const { heard, layer } = hearing()
      yield* Effect.gen(function* () {
        yield* fail({ reason: "RateLimited", retryAfter: "20 seconds" })
        yield* fail("InvalidKey", { target: anthropic, keyId: "a1" })
        yield* TestClock.adjust("5 minutes")
        yield* answer()
        yield* answer({ target: anthropic, keyId: "a1" })
      }).pipe(Effect.provide(Layer.provide(TargetHealthMemory, layer)))
      assert.deepStrictEqual(
        heard.map(({ action, label, value }) => `${action} ${label} ${value}`),
        [
          "target_cooled openai/gpt-5.4 until 1970-01-01T00:00:20.000Z: RateLimited",
          "target_cooled anthropic/claude-haiku-5-5 until 1970-01-01T00:05:00.000Z: InvalidKey",
        ],
      )
    }),
  )
})
