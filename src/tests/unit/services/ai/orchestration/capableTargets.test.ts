/** Targets that cannot do what a request needs: passed over before time is spent, or found out by their first refusal. */
import { assert, describe, it } from "@effect/vitest"
import * as Prompt from "effect/ai/Prompt"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { AiPlan, ChatRequest, PlanEvent } from "@/services/ai"
import { PlanRunner } from "@/services/ai/orchestration"
import { errorBody } from "@/tests/support/dialects"
import {
  ending,
  endsOf,
  failureOf,
  inOneProcess,
  only,
  planOf,
  run,
  runIn,
  textOf,
} from "@/tests/support/runs"
import { answers, breaksAfter, makeWorld, refuses, type Move } from "@/tests/support/world"

const openai = { provider: "openai", model: "gpt-4.1" }
const anthropic = { provider: "anthropic", model: "claude-sonnet-5-5" }
/** Cannot call tools. */
const ollama = { provider: "ollama", model: "gemma3:1b" }
/** Not in any table. */
const unknown = { provider: "openai", model: "brand-new-1" }

const tools = [{ name: "weather", description: "Tells the weather.", parameters: { type: "object" } }]
const responseFormat = { type: "json", name: "city", schema: { type: "object" } } as const

const rejected = (message: string): Move =>
  refuses(400, errorBody("chat-completions", "invalid_request_error", message))

const lacksOf = (events: ReadonlyArray<PlanEvent>) =>
  only(events, "step-skipped").map(({ reason }) => reason.lacks)

describe("a target that cannot do what the request needs", () => {
  interface Row {
    readonly need: string
    readonly first: { readonly provider: string; readonly model: string }
    readonly request: Pick<ChatRequest, "options"> | Pick<ChatRequest, "messages">
    readonly lacks: ReadonlyArray<string>
    readonly word: string
  }
  const long = "All work and no play makes Jack a dull boy. ".repeat(2000)
  const rows: ReadonlyArray<Row> = [
    { need: "tools", first: ollama, request: { options: { tools } }, lacks: ["tools"], word: "tools" },
    {
      need: "a tool that must be called",
      first: anthropic,
      request: { options: { tools, toolChoice: "required" } },
      lacks: ["tool-choice"],
      word: "made to call a tool",
    },
    {
      need: "a JSON schema",
      first: { provider: "openai", model: "gpt-4-turbo" },
      request: { options: { responseFormat } },
      lacks: ["json-schema"],
      word: "JSON schema",
    },
    {
      need: "a larger window",
      first: { provider: "openai", model: "gpt-4" },
      request: { messages: [{ role: "user", content: long }] },
      lacks: ["context-window"],
      word: "room for 8,192 tokens",
    },
  ]

  it.effect.each(rows)("is passed over without a request: $need", ({ first, request, lacks, word }) =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [answers("Air.")],
        ollama: [answers("no")],
        anthropic: [answers("no")],
      })
      const events = yield* runIn(world, { plan: planOf([first, openai]), ...request })
      assert.deepStrictEqual(lacksOf(events), [lacks])
      assert.deepStrictEqual(
        world.calls.map(({ body }) => body["model"]),
        ["gpt-4.1"],
      )
      assert.include(only(events, "step-skipped")[0]?.reason.message, word)
      assert.strictEqual(textOf(events), "Air.")
    }),
  )

  it.effect.each(rows)(
    "is an error of the configuration that names the need, where no other is: $need",
    (row) =>
      Effect.gen(function* () {
        const world = makeWorld({})
        const last = ending(yield* runIn(world, { plan: planOf([row.first]), ...row.request }))
        assert(last.type === "plan-failed" && last.error._tag === "AIConfigurationError")
        assert.include(last.error.message, row.word)
        assert.deepStrictEqual(world.calls, [])
      }),
  )

  it.effect("is passed over when the conversation holds a picture", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers("A cat.")], ollama: [answers("no")] })
      const prompt = Prompt.make([
        { role: "user", content: [{ type: "file", mediaType: "image/png", data: new Uint8Array([1]) }] },
      ])
      const events = yield* Effect.flatMap(PlanRunner, (runner) =>
        Stream.runCollect(runner.run({ plan: planOf([ollama, openai]), prompt })),
      ).pipe(Effect.provide(world.layer))
      assert.deepStrictEqual(lacksOf(events), [["images"]])
      assert.strictEqual(textOf(events), "A cat.")
    }),
  )

  it.effect("does not go on with a cut answer either, nor keep room before the deadline", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter("The sky"), answers(" is blue.")],
        ollama: [answers("no")],
      })
      const plan = planOf([openai, ollama], { deadline: Duration.seconds(12) })
      const events = yield* runIn(world, { plan, options: { tools } })
      assert.deepStrictEqual(world.asked(), ["openai", "openai"])
      assert.strictEqual(textOf(events), "The sky is blue.")
    }),
  )
})

describe("a model of which nothing is known", () => {
  const plan = planOf([unknown, openai])
  const twice = (
    world: ReturnType<typeof makeWorld>,
    more: { plan: AiPlan } & Pick<ChatRequest, "options">,
  ) => inOneProcess(world, Effect.all([run(more), run(more)]))

  it.effect("is assumed able, and remembered when it refuses", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [rejected("brand-new-1 does not support tools"), answers("Air."), answers("Air.")],
      })
      const [first, second] = yield* twice(world, { plan, options: { tools } })
      assert.deepStrictEqual(endsOf(first), ["TargetUnsupported", "answered"])
      assert.deepStrictEqual(lacksOf(second), [["tools"]])
      assert.deepStrictEqual(endsOf(second), ["answered"])
    }),
  )

  it.effect("and lacks one thing is asked at once by a request that does without it", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [rejected("brand-new-1 does not support tools"), answers("Air."), answers("New air.")],
      })
      const [, second] = yield* inOneProcess(
        world,
        Effect.all([run({ plan, options: { tools } }), run({ plan })]),
      )
      assert.deepStrictEqual(lacksOf(second), [])
      assert.strictEqual(textOf(second), "New air.")
    }),
  )

  it.effect("is forgotten after an hour: it may be another model by then", () =>
    Effect.gen(function* () {
      const refusal = rejected("brand-new-1 does not support tools")
      const world = makeWorld({ openai: [refusal, answers("Air."), answers("New air.")] })
      const events = yield* inOneProcess(
        world,
        run({ plan, options: { tools } }).pipe(
          Effect.andThen(TestClock.adjust("61 minutes")),
          Effect.andThen(run({ plan, options: { tools } })),
        ),
      )
      assert.strictEqual(textOf(events), "New air.")
    }),
  )

  it.effect("and refuses a temperature is not sent one again", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [
          rejected("Unsupported value: 'temperature' does not support 0.7 with this model."),
          answers("Air."),
          answers("New air."),
        ],
      })
      const [, second] = yield* twice(world, { plan, options: { temperature: 0.7 } })
      assert.strictEqual(textOf(second), "New air.")
      assert.deepStrictEqual(
        world.calls.map(({ body }) => [body["model"], body["temperature"]]),
        [
          ["brand-new-1", 0.7],
          ["gpt-4.1", 0.7],
          ["brand-new-1", undefined],
        ],
      )
    }),
  )

  it.effect("is left alone for five minutes when it does not exist", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(404), answers("Air."), answers("Air.")] })
      const [, second] = yield* twice(world, { plan })
      assert.deepStrictEqual(
        world.calls.map(({ body }) => body["model"]),
        ["brand-new-1", "gpt-4.1", "gpt-4.1"],
      )
      assert.isDefined(only(second, "step-skipped")[0]?.reason.reopensAt)
    }),
  )
})

describe("a conversation that a target finds too long", () => {
  const small = { provider: "openai", model: "gpt-4" }
  const alsoSmall = { provider: "openai", model: "gpt-4-2023-06-13" }
  const tooLong = refuses(
    400,
    errorBody("chat-completions", "invalid_request_error", "too many tokens", "context_length_exceeded"),
  )
  const modelsAsked = (world: ReturnType<typeof makeWorld>) => world.calls.map(({ body }) => body["model"])

  it.effect("goes on only to targets with a larger window", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [tooLong, answers("Air.")] })
      const events = yield* runIn(world, { plan: planOf([{ ...small, attempts: 3 }, alsoSmall, openai]) })
      assert.deepStrictEqual(modelsAsked(world), ["gpt-4", "gpt-4.1"])
      assert.deepStrictEqual(lacksOf(events), [["context-window"]])
      assert.strictEqual(textOf(events), "Air.")
    }),
  )

  it.effect("goes on to targets whose window is not known", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [tooLong, answers("Air.")] })
      const events = yield* runIn(world, { plan: planOf([small, unknown]) })
      assert.deepStrictEqual([modelsAsked(world), textOf(events)], [["gpt-4", "brand-new-1"], "Air."])
    }),
  )

  it.effect("goes on to every other where the target's own window is not known", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [tooLong, answers("Air.")] })
      const events = yield* runIn(world, { plan: planOf([unknown, small]) })
      assert.deepStrictEqual([modelsAsked(world), textOf(events)], [["brand-new-1", "gpt-4"], "Air."])
    }),
  )

  it.effect("stops the run where no larger one is left, with that error", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(500), tooLong, answers("never asked")] })
      const events = yield* runIn(world, { plan: planOf([openai, small, alsoSmall]) })
      assert.deepStrictEqual(modelsAsked(world), ["gpt-4.1", "gpt-4"])
      assert.strictEqual(failureOf(events).reason, "ContextTooLong")
    }),
  )
})
